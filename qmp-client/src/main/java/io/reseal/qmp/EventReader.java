package io.reseal.qmp;

import io.reseal.qmp.QmpEvent.GuestPanicked;
import io.reseal.qmp.QmpEvent.MemoryFailure;
import io.reseal.qmp.QmpEvent.Migration;
import io.reseal.qmp.QmpEvent.Other;
import io.reseal.qmp.QmpEvent.Powerdown;
import io.reseal.qmp.QmpEvent.Reset;
import io.reseal.qmp.QmpEvent.Resume;
import io.reseal.qmp.QmpEvent.Shutdown;
import io.reseal.qmp.QmpEvent.Stop;
import io.reseal.qmp.QmpEvent.Suspend;
import io.reseal.qmp.QmpEvent.SuspendDisk;
import io.reseal.qmp.QmpEvent.Wakeup;
import io.reseal.qmp.QmpEvent.Watchdog;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns an event object into a value. Safe for any thread. */
final class EventReader {
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private static final int MOST_OF_PANIC = 16;

    static QmpEvent read(ObjectNode object) {
        var event = object.path("event");
        var at = timestamp(object.path("timestamp"));
        var data = orNull(object.path("data"));
        var name = QmpText.cut(event.isString() ? event.stringValue() : event.toString());
        return read(name, at, data);
    }

    private static QmpEvent read(String name, Instant at, JsonNode data) {
        return switch (name) {
            case "STOP" -> new Stop(at);
            case "RESUME" -> new Resume(at);
            case "POWERDOWN" -> new Powerdown(at);
            case "RESET" -> new Reset(at, guest(data), text(data, "reason"));
            case "SHUTDOWN" -> new Shutdown(at, guest(data), text(data, "reason"));
            case "GUEST_PANICKED" -> new GuestPanicked(at, text(data, "action"), panic(data.path("info")));
            case "WATCHDOG" -> new Watchdog(at, text(data, "action"));
            case "MIGRATION" -> new Migration(at, text(data, "status"));
            case "SUSPEND" -> new Suspend(at);
            case "SUSPEND_DISK" -> new SuspendDisk(at);
            case "WAKEUP" -> new Wakeup(at);
            case "MEMORY_FAILURE" -> new MemoryFailure(at, text(data, "recipient"), text(data, "action"));
            default -> new Other(at, name, data);
        };
    }

    /** What is not said is not known to be the guest's doing. */
    private static boolean guest(JsonNode data) {
        return data.path("guest").booleanValue(false);
    }

    /** That something happened stays true when a member is missing: older QEMUs send some events without data. */
    private static String text(JsonNode data, String member) {
        return data.path(member).stringValue(QmpEvent.UNKNOWN);
    }

    /** QEMU 11.1 tells at most six numbers and words. Many panics may have to be kept, so more of one than this is left out. */
    private static JsonNode panic(JsonNode info) {
        if (!(info instanceof ObjectNode members)) {
            return info.isValueNode() ? info : NullNode.getInstance();
        }
        var told = JsonNodeFactory.instance.objectNode();
        members.properties().stream()
                .filter(member -> member.getValue().isValueNode())
                .limit(MOST_OF_PANIC)
                .forEach(member -> told.set(member.getKey(), member.getValue()));
        return told;
    }

    private static JsonNode orNull(JsonNode node) {
        return node.isMissingNode() ? NullNode.getInstance() : node;
    }

    /** QEMU sends -1 for both members if it could not read the clock (QMP specification); then our receipt stands in. */
    private static Instant timestamp(JsonNode sent) {
        return timestamp(integer(sent.path("seconds")), integer(sent.path("microseconds")));
    }

    static Instant timestamp(long seconds, long micros) {
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
