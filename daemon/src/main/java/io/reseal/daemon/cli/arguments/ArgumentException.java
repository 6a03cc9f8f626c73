package io.reseal.daemon.cli.arguments;

/** Arguments that a command cannot use; the message is one line and says what was expected. */
public final class ArgumentException extends RuntimeException {
    public ArgumentException(String message) {
        super(message, null, false, false);
    }
}
