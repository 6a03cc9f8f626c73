package io.reseal.daemon.log;

import java.util.concurrent.CompletionException;

/** Failures in one sentence. */
public final class Failures {
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }

    public static String text(Throwable failure) {
        var cause = cause(failure);
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private Failures() {}
}
