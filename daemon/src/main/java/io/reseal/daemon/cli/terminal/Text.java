package io.reseal.daemon.cli.terminal;

import io.reseal.daemon.api.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Pieces of lines for people. */
public final class Text {
    public static final String NONE = "-";

    private Text() {}

    /** Without control characters: names and reasons come from others, and a terminal obeys what it is sent. */
    public static String clean(String text) {
        return text.codePoints()
                .mapToObj(c -> Character.isISOControl(c) && c != '\n' ? "?" : Character.toString(c))
                .collect(Collectors.joining());
    }

    /** What is known, {@code -} where nothing is. */
    public static String of(Optional<?> value) {
        return value.map(String::valueOf).orElse(NONE);
    }

    /** A number of seconds. */
    public static String of(BigDecimal seconds) {
        return seconds.stripTrailingZeros().toPlainString();
    }

    /** A time. */
    public static String of(Instant at) {
        return Json.time(at);
    }

    /** The text of a member, {@code -} where it is unknown. */
    public static String of(JsonNode json, String member) {
        return maybe(json, member).orElse(NONE);
    }

    /** The text of a member, unless it is null or missing. */
    public static Optional<String> maybe(JsonNode json, String member) {
        var value = json.get(member);
        return value == null || value.isNull() || value instanceof MissingNode
                ? Optional.empty()
                : Optional.of(value.isValueNode() ? value.asString() : value.toString());
    }

    /** A number as QEMU and the manuals write it. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
