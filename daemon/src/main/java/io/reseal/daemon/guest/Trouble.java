package io.reseal.daemon.guest;

import io.reseal.qmp.QmpException;
import java.nio.file.Path;
import java.time.Duration;

/** Why there is no usable connection, in one sentence. */
record Trouble(Kind kind, String detail) {
    enum Kind {
        NONE,
        OCCUPIED,
        UNREACHABLE,
        MUTE
    }

    static final Trouble NONE = new Trouble(Kind.NONE, "");

    static Trouble mute(Path socket, Duration silence) {
        var time = silence.toSeconds() > 0 ? silence.toSeconds() + " s" : silence.toMillis() + " ms";
        return new Trouble(
                Kind.MUTE, "%s: the monitor has been silent for %s; unknown is not dead".formatted(socket, time));
    }

    /**
     * Why connecting, or being connected, came to nothing.
     *
     * @param wasMute the monitor fell silent while it was ours: that it does not greet us now says nothing of another client
     */
    static Trouble of(Path socket, Throwable cause, boolean wasMute) {
        if (!(cause instanceof QmpException.MonitorOccupied)) {
            return new Trouble(Kind.UNREACHABLE, Failures.text(cause));
        }
        return wasMute
                ? new Trouble(
                        Kind.UNREACHABLE,
                        "%s: the monitor fell silent and does not greet a new connection either: QEMU may be stopped or stuck; unknown is not dead"
                                .formatted(socket))
                : new Trouble(Kind.OCCUPIED, Failures.text(cause));
    }
}
