package io.reseal.daemon.cli;

/** A command cannot go on; the message is one line: what, where, cure. */
final class CliException extends RuntimeException {
    private final ExitCode exit;

    CliException(ExitCode exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    ExitCode exit() {
        return exit;
    }

    String line() {
        return String.valueOf(getMessage());
    }
}
