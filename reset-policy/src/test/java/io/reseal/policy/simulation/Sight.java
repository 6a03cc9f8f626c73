package io.reseal.policy.simulation;

import io.reseal.policy.QemuIdentity;
import io.reseal.policy.signal.Signal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** How well QEMU's process can be seen from where the simulated daemon runs. */
record Sight(Mode mode, RandomGenerator random) {
    enum Mode {
        /** In the pid namespace of the host. */
        PROC,
        /** Another pid namespace, and a kernel that tells the inode of a pidfd. */
        PIDFD,
        /** Only what the monitor's socket and QEMU itself tell. */
        SOCKET,
        NOTHING,
        /** {@code /proc} is slow, so now this is told and now that. */
        FLAKY
    }

    /** What is told of it at an attach. */
    QemuIdentity identify(QemuIdentity truly) {
        return switch (mode) {
            case PROC -> truly;
            case PIDFD -> new QemuIdentity(Optional.empty(), truly.pidfd(), truly.socket(), truly.thread());
            case SOCKET -> new QemuIdentity(Optional.empty(), OptionalLong.empty(), truly.socket(), truly.thread());
            case NOTHING -> QemuIdentity.UNKNOWN;
            case FLAKY ->
                new QemuIdentity(
                        random.nextBoolean() ? truly.process() : Optional.empty(),
                        random.nextInt(3) == 0 ? truly.pidfd() : OptionalLong.empty(),
                        truly.socket(),
                        random.nextInt(4) == 0 ? OptionalLong.empty() : truly.thread());
        };
    }

    /**
     * What is told of the process that was known.
     *
     * @param known as it was identified
     * @param there whether it is to be seen still
     * @param listened whether anybody listens on the socket
     */
    Signal.ProcessState look(QemuIdentity known, boolean there, boolean listened) {
        boolean told = known.process().isPresent() && (mode == Mode.PROC || random.nextInt(3) > 0);
        if (told) {
            return there ? Signal.ProcessState.RUNNING : Signal.ProcessState.ENDED;
        }
        return listened ? Signal.ProcessState.UNKNOWN : Signal.ProcessState.UNKNOWN_SOCKET_GONE;
    }
}
