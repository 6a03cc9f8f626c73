package io.reseal.daemon.cli.terminal;

import io.reseal.daemon.api.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** Pieces of lines for people. */
public final class Text {
    public static final String NONE = "-";

    private Text() {}

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

    /** A number as QEMU and the manuals write it. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
