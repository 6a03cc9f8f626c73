package io.reseal.qmp;

import java.time.Duration;

/** Pieces of error messages. Safe for any thread. */
final class MessageText {
    private static final int EXCERPT_BYTES = 60;

    static String of(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    /** The beginning of a line, made harmless: it may come from a hostile peer and may end in a log. */
    static String excerpt(byte[] bytes, int length) {
        var text = new StringBuilder("'");
        for (int i = 0; i < Math.min(length, EXCERPT_BYTES); i++) {
            byte b = bytes[i];
            text.append(b >= ' ' && b < 0x7f ? (char) b : '.');
        }
        return text.append(length > EXCERPT_BYTES ? "...'" : "'").toString();
    }

    private MessageText() {}
}
