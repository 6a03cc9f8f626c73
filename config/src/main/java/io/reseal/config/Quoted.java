package io.reseal.config;

/** Text of the file inside a message: one line, of bounded length, without control characters. */
public final class Quoted {
    private static final int LONGEST = 60;

    private Quoted() {}

    /** {@code text} between back quotes, or the word {@code empty}. */
    public static String text(String text) {
        return text.isEmpty() ? "empty" : "`" + plain(text) + "`";
    }

    /** {@code text} without quotes. */
    public static String plain(String text) {
        var safe = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> append(safe, c));
        return text.codePointCount(0, text.length()) > LONGEST ? safe + "..." : safe.toString();
    }

    private static void append(StringBuilder safe, int codePoint) {
        switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> safe.append("U+%04X".formatted(codePoint));
            default -> safe.appendCodePoint(codePoint);
        }
    }
}
