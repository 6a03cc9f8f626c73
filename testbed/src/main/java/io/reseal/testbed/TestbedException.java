package io.reseal.testbed;

/**
 * Something that a test, the demo or a benchmark relies on did not happen; the message names the guest, what was expected
 * and what came. It is for people at a terminal.
 */
public sealed class TestbedException extends RuntimeException {
    public TestbedException(String message) {
        super(message);
    }

    public TestbedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** QEMU answered a command with an error. */
    public static final class CommandRejected extends TestbedException {
        private final String errorClass;

        public CommandRejected(String command, String errorClass, String description) {
            super("QEMU rejected " + command + ": " + errorClass + ": " + description);
            this.errorClass = errorClass;
        }

        public String errorClass() {
            return errorClass;
        }
    }

    /** The other side has closed the connection; for a guest's own monitor that means that QEMU is gone. */
    public static final class ConnectionLost extends TestbedException {
        public ConnectionLost(String message) {
            super(message);
        }
    }
}
