package io.reseal.daemon.files;

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

    public Code code() {
        return code;
    }
}
