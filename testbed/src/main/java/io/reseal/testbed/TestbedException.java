package io.reseal.testbed;

/** Something the testbed promised did not happen; the message names the guest, what was expected and what came. */
public sealed class TestbedException extends RuntimeException {
    TestbedException(String message) {
        super(message);
    }

    TestbedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** QEMU answered a command with an error. */
    public static final class CommandRejected extends TestbedException {
        private final String errorClass;

        CommandRejected(String command, String errorClass, String description) {
            super("QEMU rejected " + command + ": " + errorClass + ": " + description);
            this.errorClass = errorClass;
        }

        public String errorClass() {
            return errorClass;
        }
    }

    /** The other side has closed the connection; for a guest's own monitor that means that QEMU is gone. */
    public static final class ConnectionLost extends TestbedException {
        ConnectionLost(String message) {
            super(message);
        }
    }
}
