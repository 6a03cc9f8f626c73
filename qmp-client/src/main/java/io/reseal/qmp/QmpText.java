package io.reseal.qmp;

/** Texts that QEMU or a guest wrote. They are cut where they enter, so that nothing keeps, shows or logs a long one. */
public final class QmpText {
    /** The longest that is kept whole. */
    public static final int MOST_CHARACTERS = 512;

    /**
     * The text, or its beginning with the number of its characters. For what is shown, not for what is compared or opened: a file's path that
     * is cut is another file.
     */
    public static String cut(String text) {
        if (text.length() <= MOST_CHARACTERS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1)) ? MOST_CHARACTERS - 1 : MOST_CHARACTERS;
        return text.substring(0, end) + "\u2026 (" + text.length() + " characters)";
    }

    private QmpText() {}
}
