package io.reseal.daemon.monitor;

import io.reseal.policy.CleanText;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Describes a panic as QEMU reports it ({@code GuestPanicInformation} of QEMU 11.1's qapi/run-state.json: {@code hyper-v}, {@code s390},
 * {@code tdx} and kinds to come) in one line. The guest chooses some of these words, so they are made harmless and short.
 */
final class PanicDescription {
    private static final int LONGEST = 300;

    static String of(JsonNode info) {
        var words = info.properties().stream()
                .filter(member -> member.getValue().isValueNode())
                .map(member -> member.getKey() + " " + text(member.getValue()))
                .collect(Collectors.joining(", "));
        var shown = CleanText.line(info.stringValue(words));
        return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "...";
    }

    private static String text(JsonNode value) {
        return value.isIntegralNumber() ? "0x" + Long.toHexString(value.asLong(0)) : "'" + value.asString() + "'";
    }

    private PanicDescription() {}
}
