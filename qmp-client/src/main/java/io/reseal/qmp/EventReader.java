package io.reseal.qmp;

import io.reseal.qmp.QmpEvent.GuestPanicked;
import io.reseal.qmp.QmpEvent.Migration;
import io.reseal.qmp.QmpEvent.Other;
import io.reseal.qmp.QmpEvent.Powerdown;
import io.reseal.qmp.QmpEvent.Reset;
import io.reseal.qmp.QmpEvent.Resume;
import io.reseal.qmp.QmpEvent.Shutdown;
import io.reseal.qmp.QmpEvent.Stop;
import io.reseal.qmp.QmpEvent.Watchdog;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns an event object into a value. Data that is not as documented makes an {@link Other}. Safe for any thread. */
final class EventReader {
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    static QmpEvent read(ObjectNode object) {
        var event = object.path("event");
        var at = timestamp(object.path("timestamp"));
        var data = orNull(object.path("data"));
        var name = event.isString() ? event.stringValue() : event.toString();
        var known = known(name, at, data);
        return known == null ? new Other(at, name, data) : known;
    }

    private static @Nullable QmpEvent known(String name, Instant at, JsonNode data) {
        return switch (name) {
            case "STOP" -> new Stop(at);
            case "RESUME" -> new Resume(at);
            case "POWERDOWN" -> new Powerdown(at);
            case "RESET" -> isCause(data) ? new Reset(at, guest(data), text(data, "reason")) : null;
            case "SHUTDOWN" -> isCause(data) ? new Shutdown(at, guest(data), text(data, "reason")) : null;
            case "GUEST_PANICKED" -> has(data, "action") ? panicked(at, data) : null;
            case "WATCHDOG" -> has(data, "action") ? new Watchdog(at, text(data, "action")) : null;
            case "MIGRATION" -> has(data, "status") ? new Migration(at, text(data, "status")) : null;
            default -> null;
        };
    }

    private static GuestPanicked panicked(Instant at, JsonNode data) {
        return new GuestPanicked(at, text(data, "action"), orNull(data.path("info")));
    }

    private static boolean isCause(JsonNode data) {
        return data.path("guest").isBoolean() && has(data, "reason");
    }

    private static boolean has(JsonNode data, String member) {
        return data.path(member).isString();
    }

    private static boolean guest(JsonNode data) {
        return data.path("guest").booleanValue();
    }

    private static String text(JsonNode data, String member) {
        return data.path(member).stringValue();
    }

    private static JsonNode orNull(JsonNode node) {
        return node.isMissingNode() ? NullNode.getInstance() : node;
    }

    /** QEMU sends -1 for both members if it could not read the clock (QMP specification); then our receipt stands in. */
    private static Instant timestamp(JsonNode sent) {
        long seconds = integer(sent.path("seconds"));
        long micros = integer(sent.path("microseconds"));
        if (seconds < 0 || seconds > LAST_SECOND || micros < 0 || micros > 999_999) {
            return Instant.now();
        }
        return Instant.ofEpochSecond(seconds, micros * 1000);
    }

    private static long integer(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong() ? number.longValue() : -1;
    }

    private EventReader() {}
}
