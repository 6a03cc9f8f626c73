package io.reseal.policy.codec;

/** A tree cannot be read; the message names the place in it, and what was expected there. */
public final class CodecException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CodecException(String path, String what) {
        super((path.isEmpty() ? "" : path + ": ") + what);
    }
}
