package io.reseal.fakecvm;

/** The library cannot be compiled; the message says why, and the cure. */
public final class FakeCvmException extends RuntimeException {
    FakeCvmException(String message) {
        super(message);
    }

    FakeCvmException(String message, Throwable cause) {
        super(message, cause);
    }
}
