package io.reseal.daemon.monitor;

import io.reseal.daemon.log.Failures;
import io.reseal.qmp.SocketPath;
import java.nio.file.Path;
import java.time.Duration;

/** Why there is no usable connection, in one sentence. */
public record ConnectionProblem(Kind kind, String detail) {
    public enum Kind {
        NONE,
        OCCUPIED,
        UNREACHABLE,
        /** Connected to somebody who listens, and not greeted. */
        UNGREETED,
        MUTE
    }

    public static final ConnectionProblem NONE = new ConnectionProblem(Kind.NONE, "");

    public static ConnectionProblem mute(Path socket, Duration silence) {
        var time = silence.toSeconds() > 0 ? silence.toSeconds() + " s" : silence.toMillis() + " ms";
        return new ConnectionProblem(
                Kind.MUTE,
                "%s: the monitor has been silent for %s; unknown is not dead".formatted(SocketPath.text(socket), time));
    }

    /** Why connecting, or being connected, came to nothing. */
    public static ConnectionProblem of(Throwable cause) {
        return new ConnectionProblem(Kind.UNREACHABLE, Failures.text(cause));
    }

    /** Why a connection is not greeted: what was seen of it, and no guess. */
    static ConnectionProblem ungreeted(Path socket, SilenceCause silence) {
        var connected = SocketPath.text(socket) + ": connected, no greeting yet: ";
        return silence.holder()
                .map(holder -> new ConnectionProblem(
                        Kind.OCCUPIED,
                        connected + "another client, " + holder + ", holds this monitor"
                                + silence.halt()
                                        .map(halt -> ", and QEMU " + halt)
                                        .orElse("")
                                + ": end that client, or give QEMU one more -qmp socket"))
                .orElseGet(() -> new ConnectionProblem(
                        Kind.UNGREETED,
                        connected
                                + silence.halt()
                                        .map(halt -> "QEMU " + halt)
                                        .orElse("QEMU is starting, stopped, or serves another client")
                                + "; Reseal waits, unknown is not dead"));
    }
}
