package io.reseal.policy;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What tells one QEMU process from another. A UUID does not: it is the VM's, and outlives the process.
 *
 * @param process pid and start time, where {@code /proc} shows the process
 * @param pidfd inode of the process's pidfd, which the kernel gives no other process until the next boot (Linux 6.9, pidfs),
 *     also across pid namespaces
 * @param socket the monitor's socket file
 * @param thread host thread id of the first vCPU, as QEMU tells it ({@code query-cpus-fast}): constant over resets (QEMU 11.1.3)
 */
public record QemuIdentity(
        Optional<ProcessId> process, OptionalLong pidfd, Optional<SocketId> socket, OptionalLong thread) {
    /** Nothing is known. */
    public static final QemuIdentity UNKNOWN =
            new QemuIdentity(Optional.empty(), OptionalLong.empty(), Optional.empty(), OptionalLong.empty());

    /**
     * A process, told from a later one with the same pid by its start time.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}, in clock ticks since boot
     */
    public record ProcessId(long pid, long startTicks) {}

    /**
     * A socket file. QEMU makes another one each time it starts; one and the same QEMU may do so too, when its monitor is removed
     * and added again.
     *
     * @param bornNanos time of birth, in nanoseconds since 1970
     */
    public record SocketId(long device, long inode, long bornNanos) {}

    /** One that {@code /proc} shows. */
    public static QemuIdentity of(ProcessId process) {
        return new QemuIdentity(Optional.of(process), OptionalLong.empty(), Optional.empty(), OptionalLong.empty());
    }

    /** Compares by the strongest sign that both have. One and the same process may run another QEMU, which cannot be told to be the same. */
    public Sameness compare(QemuIdentity other) {
        return byProcess(other)
                .map(told -> told == Sameness.SAME && !thread.equals(other.thread) ? Sameness.UNKNOWN : told)
                .orElseGet(() -> weakly(other));
    }

    /**
     * Whether QEMU has executed another QEMU in its own process, as live update does (migration mode {@code cpr-exec}, QEMU 11.1): pid
     * and start time stay, and each vCPU gets another thread. The guest's memory lives on.
     */
    boolean imageReplaced(QemuIdentity other) {
        boolean sameProcess =
                byProcess(other).filter(told -> told == Sameness.SAME).isPresent();
        return sameProcess && thread.isPresent() && other.thread.isPresent() && !thread.equals(other.thread);
    }

    /** Empty where a sign of the process is not known of both. */
    private Optional<Sameness> byProcess(QemuIdentity other) {
        if (process.isPresent() && other.process.isPresent()) {
            return Optional.of(process.equals(other.process) ? Sameness.SAME : Sameness.OTHER);
        }
        if (pidfd.isPresent() && other.pidfd.isPresent()) {
            // a relay that nobody recognised was perhaps started again in front of the same QEMU
            boolean sameThread = thread.isPresent() && thread.equals(other.thread);
            var replaced = sameThread ? Sameness.UNKNOWN : Sameness.OTHER;
            return Optional.of(pidfd.equals(other.pidfd) ? Sameness.SAME : replaced);
        }
        return Optional.empty();
    }

    /** In a pid namespace of its own a new QEMU may have the thread ids of the one before, so that alone says little. */
    private Sameness weakly(QemuIdentity other) {
        boolean threads = thread.isPresent() && other.thread.isPresent();
        if (threads && !thread.equals(other.thread)) {
            return Sameness.OTHER;
        }
        return threads && socket.isPresent() && socket.equals(other.socket) ? Sameness.SAME : Sameness.UNKNOWN;
    }
}
