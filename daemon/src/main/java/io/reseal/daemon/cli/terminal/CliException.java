package io.reseal.daemon.cli.terminal;

/** A command cannot go on; the message is one line: what, where, cure. */
public final class CliException extends RuntimeException {
    private final ExitCode exit;

    public CliException(ExitCode exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    public ExitCode exit() {
        return exit;
    }

    public String line() {
        return String.valueOf(getMessage());
    }
}
