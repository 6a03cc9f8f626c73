package io.reseal.qmp;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Everything that can go wrong on a QMP connection. Each names the socket, what was expected and what came. */
public abstract sealed class QmpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path socket;
    /** In words. */
    private final String expected;

    private QmpException(Path socket, String expected, String came, @Nullable Throwable cause) {
        super(SocketPath.text(socket) + ": expected " + expected + ", but " + came, cause);
        this.socket = socket;
        this.expected = expected;
    }

    /** The socket of the connection. */
    public final Path socket() {
        return socket;
    }

    /** What should have happened, in words. */
    public final String expected() {
        return expected;
    }

    /** Nobody could be reached at the socket. */
    public static final class ConnectFailed extends QmpException {
        private static final long serialVersionUID = 1L;

        ConnectFailed(Path socket, String came, @Nullable Throwable cause) {
            super(socket, "a QMP monitor that accepts the connection", came, cause);
        }

        /** Whether that is certain: there is no such file, or none listens on it. Else it may be a matter of permission. */
        public boolean nobodyListens() {
            var cause = getCause();
            var text = cause == null ? "" : String.valueOf(cause.getMessage());
            return cause instanceof FileNotFoundException || text.contains("No such file") || text.contains("refused");
        }
    }

    /** A {@link QmpServer} cannot listen at the socket. */
    public static final class ListenFailed extends QmpException {
        private static final long serialVersionUID = 1L;

        ListenFailed(Path socket, String came, @Nullable Throwable cause) {
            super(socket, "a path to listen at", came, cause);
        }
    }

    /** So many clients wait for the monitor that the kernel lets no more wait: QEMU serves one at a time. */
    public static final class QueueFull extends QmpException {
        private static final long serialVersionUID = 1L;

        QueueFull(Path socket) {
            super(
                    socket,
                    "a place in the queue of the monitor",
                    "the queue of waiting clients is full: QEMU is starting, stopped, or serves another client",
                    null);
        }
    }

    /** What came is not QMP. */
    public static final class ProtocolBroken extends QmpException {
        private static final long serialVersionUID = 1L;

        ProtocolBroken(Path socket, String expected, String came) {
            super(socket, expected, came, null);
        }
    }

    /** An event or a reply is beyond {@link QmpLimits}. It was dropped; the connection goes on. */
    public static final class LimitExceeded extends QmpException {
        private static final long serialVersionUID = 1L;

        LimitExceeded(Path socket, String expected, String came) {
            super(socket, expected, came, null);
        }
    }

    /** The connection ended, or was closed because it had become useless. What a command in flight did is unknown. */
    public static final class ConnectionLost extends QmpException {
        private static final long serialVersionUID = 1L;

        ConnectionLost(Path socket, String came, @Nullable Throwable cause) {
            super(socket, "a connection that stays open", came, cause);
        }
    }

    /** No reply within the deadline. A command that was sent may still be carried out, which matters for those that act. */
    public static final class TimedOut extends QmpException {
        private static final long serialVersionUID = 1L;

        /** Whether it left us. */
        private final boolean sent;

        TimedOut(Path socket, QmpCommand command, Duration deadline, boolean sent) {
            super(
                    socket,
                    "a reply to " + command.name() + " within " + MessageText.of(deadline),
                    came(command, sent),
                    null);
            this.sent = sent;
        }

        private static String came(QmpCommand command, boolean sent) {
            if (!sent) {
                return "it could not even be sent in that time";
            }
            return command.kind() == CommandClass.ACTION
                    ? "none came; the command may still be carried out"
                    : "none came";
        }

        /** False if the command never left us, so that it certainly had no effect. */
        public boolean sent() {
            return sent;
        }
    }

    /** QEMU answered with an error. */
    public static final class CommandRejected extends QmpException {
        private static final long serialVersionUID = 1L;

        /** QEMU's. */
        private final String errorClass;
        /** QEMU's. */
        private final String desc;

        CommandRejected(Path socket, String command, String errorClass, String desc) {
            super(socket, "QEMU to accept " + command, "it answered " + errorClass + ": " + desc, null);
            this.errorClass = errorClass;
            this.desc = desc;
        }

        /** QEMU's error class, for example {@code CommandNotFound}; the only stable part of an error. */
        public String errorClass() {
            return errorClass;
        }

        /** QEMU's text; it changes between versions. */
        public String desc() {
            return desc;
        }
    }

    /** The {@link CommandGate} did not let the command pass; nothing was sent. */
    public static final class CommandRefused extends QmpException {
        private static final long serialVersionUID = 1L;

        /** Of the gate. */
        private final String reason;

        CommandRefused(Path socket, String command, String reason) {
            super(socket, "a command that is safe for this guest", command + " was not sent: " + reason, null);
            this.reason = reason;
        }

        /** Why the gate refused it. */
        public String reason() {
            return reason;
        }
    }

    /** The command cannot be executed out of band; nothing was sent. */
    public static final class OutOfBandRefused extends QmpException {
        private static final long serialVersionUID = 1L;

        OutOfBandRefused(Path socket, String command, String came) {
            super(socket, "a command that can be executed out of band", command + " was not sent: " + came, null);
        }
    }

    /** As many commands are in flight as may be, and the queue behind them is full; nothing was sent. */
    public static final class MonitorBusy extends QmpException {
        private static final long serialVersionUID = 1L;

        MonitorBusy(Path socket, String command, String came) {
            super(socket, "room for " + command + " in the queue", came + "; try again later", null);
        }
    }
}
