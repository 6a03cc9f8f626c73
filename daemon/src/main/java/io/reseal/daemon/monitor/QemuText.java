package io.reseal.daemon.monitor;

import io.reseal.daemon.files.Sha256;
import io.reseal.qmp.QmpText;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Texts of QEMU's answers, made short where they enter: a hostile QEMU may answer with any length up to that of a reply. */
public final class QemuText {
    /** Linux takes no longer path (PATH_MAX). */
    public static final int MOST_OF_PATH = 4096;

    /** QEMU's answer is longer than what it stands for can be. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLongException(String what, int length, int most) {
            super("expected %s of at most %d characters, but QEMU answered %d: nothing of it is used"
                    .formatted(what, most, length));
        }
    }

    /** A text that is shown: a long one is cut, and says so. */
    public static String shown(String text) {
        return QmpText.cut(text);
    }

    /** A text that is compared with what it was before: of a long one the digest, which differs where the text does. */
    public static String compared(String text) {
        return text.length() <= QmpText.MOST_CHARACTERS
                ? text
                : "sha256:%s (%d characters)"
                        .formatted(
                                HexFormat.of().formatHex(Sha256.begin().digest(text.getBytes(StandardCharsets.UTF_8))),
                                text.length());
    }

    /** A name that QEMU is asked by again: part of it would name something else. */
    public static String name(String what, String text) {
        return within(what, text, QmpText.MOST_CHARACTERS);
    }

    /** A path of a file that is opened. */
    public static String path(String what, String text) {
        return within(what, text, MOST_OF_PATH);
    }

    private static String within(String what, String text, int most) {
        if (text.length() > most) {
            throw new TooLongException(what, text.length(), most);
        }
        return text;
    }

    private QemuText() {}
}
