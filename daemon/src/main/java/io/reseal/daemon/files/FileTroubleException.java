package io.reseal.daemon.files;

import java.nio.file.Path;

/** A file that cannot be read as one; the message is one line: what, and the cure. */
public final class FileTroubleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, a word for programs. */
    public enum Code {
        NO_FILE,
        NOT_A_REGULAR_FILE,
        UNREADABLE,
        TOO_LARGE,
        CHANGED_WHILE_READ
    }

    private final Code code;

    FileTroubleException(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** Of a file that has not the content any more that it had when it was first looked at. */
    public static FileTroubleException changed(Path file) {
        return new FileTroubleException(Code.CHANGED_WHILE_READ, file + " changed while it was read, try again");
    }

    public Code code() {
        return code;
    }
}
