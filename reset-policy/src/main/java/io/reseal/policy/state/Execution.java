package io.reseal.policy.state;

import io.reseal.policy.RebootAction;
import io.reseal.policy.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a guest's vCPUs run, and what stopped them.
 *
 * @param runState as last read or concluded from an event
 * @param migrating as last read
 * @param stop the STOP that turned {@code running} off, until a RESUME
 * @param shutdown what SHUTDOWN events told since it ran or was reset
 */
public record Execution(RunState runState, boolean migrating, Optional<Stop> stop, Optional<Shutdown> shutdown) {
    /** Nothing was read. */
    public static final Execution UNKNOWN = new Execution(RunState.UNKNOWN, false, Optional.empty(), Optional.empty());

    /**
     * A guest that stands still.
     *
     * @param at when the STOP came
     * @param explained a run state was read since that tells that the STOP was not the sign of a rebuild that failed
     * @param asleep it slept (ACPI S3) when it was stopped, and sleeps on after a RESUME
     */
    public record Stop(Instant at, boolean explained, boolean asleep) {
        Stop explain() {
            return new Stop(at, true, asleep);
        }
    }

    /**
     * QEMU told of a shutdown.
     *
     * @param reason of the newest SHUTDOWN event
     * @param reboot one of the events stood for a reboot
     * @param stays QEMU has answered since, as one that was started with {@code -no-shutdown}: others end right after the event
     */
    public record Shutdown(String reason, boolean reboot, boolean stays) {
        static Shutdown told(String reason) {
            return new Shutdown(reason, RebootAction.isReboot(reason), false);
        }

        /** Who keeps a guest that was to reboot ends it by a signal, as libvirt does: that makes it no less of a reboot. */
        Shutdown again(String newest) {
            var told = told(newest);
            return new Shutdown(newest, reboot || told.reboot, stays && !told.ends());
        }

        /** These end QEMU also with {@code -no-shutdown} (QEMU 11.1, {@code main_loop_should_exit}). */
        boolean ends() {
            return reason.equals("host-signal") || reason.equals("host-qmp-quit");
        }

        Shutdown answered() {
            return new Shutdown(reason, reboot, true);
        }
    }

    public boolean running() {
        return runState.running();
    }

    public Execution in(RunState changed) {
        return new Execution(changed, migrating, stop, shutdown);
    }

    public Execution migrating(boolean read) {
        return new Execution(runState, read, stop, shutdown);
    }

    public Execution stopped(Instant at) {
        var stopped = new Stop(at, false, runState.equals(RunState.SUSPENDED));
        return new Execution(RunState.PAUSED, migrating, Optional.of(stopped), shutdown);
    }

    /** What became of a rebuild, if an old STOP was the sign of one that failed, has been judged: it is no sign of a later one. */
    public Execution stoppedBefore(Instant at) {
        return stop.filter(was -> was.at().isBefore(at)).isPresent() ? stopExplained() : this;
    }

    /** The run state tells why it stands still. */
    public Execution stopExplained() {
        return new Execution(runState, migrating, stop.map(Stop::explain), shutdown);
    }

    /** QEMU told of a shutdown. */
    public Execution shutDown(String reason) {
        var told = shutdown.map(before -> before.again(reason)).orElseGet(() -> Shutdown.told(reason));
        return new Execution(runState, migrating, stop, Optional.of(told));
    }

    /** QEMU answered: one that told of a shutdown has not ended. */
    public Execution answered() {
        return new Execution(runState, migrating, stop, shutdown.map(Shutdown::answered));
    }

    public Execution noShutdown() {
        return new Execution(runState, migrating, stop, Optional.empty());
    }

    /** Neither stopped nor shut down, in the same run state. */
    public Execution cleared() {
        return new Execution(runState, migrating, Optional.empty(), Optional.empty());
    }

    /** With times by another clock. */
    public Execution shifted(Duration by) {
        var shifted = stop.map(was -> new Stop(was.at().plus(by), was.explained(), was.asleep()));
        return new Execution(runState, migrating, shifted, shutdown);
    }

    /** QEMU told of a SHUTDOWN and of nothing after it, so it is sure to end. */
    public boolean sureToEnd() {
        return shutdown.filter(told -> !told.stays()).isPresent();
    }

    /** The same of a QEMU that may have been started with {@code -no-shutdown}: its guest ran until then, or it was told to quit or sent a signal. */
    public boolean ends() {
        return sureToEnd() && (running() || shutdown.filter(Shutdown::ends).isPresent());
    }

    /** A STOP came that no run state has explained since. */
    public boolean stopUnexplained() {
        return stop.filter(stopped -> !stopped.explained()).isPresent();
    }
}
