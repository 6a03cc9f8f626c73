package io.reseal.daemon.guest;

/**
 * Why there is no usable connection.
 *
 * @param detail one sentence, empty for {@link #NONE}
 */
record Trouble(Kind kind, String detail) {
    enum Kind {
        NONE,
        OCCUPIED,
        UNREACHABLE,
        MUTE
    }

    static final Trouble NONE = new Trouble(Kind.NONE, "");
}
