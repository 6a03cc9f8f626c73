package io.reseal.policy;

/**
 * The one cleaner of text that others wrote: guests, QEMU, clients, operators, files. It goes into no log line, no label of a metric and
 * onto no terminal but through this: line breaks and control characters (C0, C1) could forge lines and steer a terminal, format
 * characters such as U+202E turn the order of what is read, a lone surrogate cannot be encoded. Safe for any thread.
 */
public final class CleanText {
    private static final char INSTEAD = '?';

    /** One line: a question mark in place of each character that is not for reading. Letters of every script stay. */
    public static String line(String text) {
        return isClean(text) ? text : cleaned(text, Integer.MAX_VALUE);
    }

    /** One line, of at most so many characters. */
    public static String line(String text, int most) {
        return text.length() <= most ? line(text) : cleaned(text, most);
    }

    /** JSON that means the same, with such characters written as escapes. */
    public static String json(String json) {
        if (isClean(json)) {
            return json;
        }
        var escaped = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(c -> {
            // line breaks and tabs of JSON are between its members: inside of them they are escapes
            if (isPrintable(c) || c == '\n' || c == '\t' || c == '\r') {
                escaped.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    escaped.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return escaped.toString();
    }

    private static String cleaned(String text, int most) {
        return text.codePoints()
                .limit(most)
                .map(c -> isPrintable(c) ? c : INSTEAD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return text.codePoints().allMatch(CleanText::isPrintable);
            }
        }
        return true;
    }

    private static boolean isPrintable(int c) {
        if (c >= ' ' && c <= '~') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private CleanText() {}
}
