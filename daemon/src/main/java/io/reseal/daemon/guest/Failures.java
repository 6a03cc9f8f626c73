package io.reseal.daemon.guest;

import java.util.concurrent.CompletionException;

/** Failures in one sentence. */
final class Failures {
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }

    static String text(Throwable failure) {
        var cause = cause(failure);
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private Failures() {}
}
