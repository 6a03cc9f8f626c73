package io.reseal.policy.state;

import io.reseal.policy.reset.Verdict;
import java.time.Instant;

/**
 * What an open reset waits for, with the data that only this phase has. The transitions are listed at
 * {@link io.reseal.policy.machine.GuestMachine} and drawn in {@code docs/state-machine.md}.
 */
public sealed interface Phase {
    /** Our set-action is on its way; system_reset waits for it. */
    record SettingRebootAction() implements Phase {}

    /** Our system_reset was sent, and its RESET has not been seen. */
    record AwaitingReset() implements Phase {}

    /** The RESET came, or was inferred. */
    sealed interface AfterReset extends Phase {
        Observation seen();

        /** The same phase, with what was learnt since. */
        AfterReset with(Observation changed);
    }

    /** The RESET was seen; readings show level after level, and the guest has to stay running for the settle time. */
    record Settling(Observation seen) implements AfterReset {
        @Override
        public Settling with(Observation changed) {
            return new Settling(changed);
        }
    }

    /** A STOP came before the RESET that no run state has explained: somebody's pause, or a rebuild that failed. The counters decide. */
    record Suspect(Observation seen) implements AfterReset {
        @Override
        public Suspect with(Observation changed) {
            return new Suspect(changed);
        }
    }

    /**
     * The connection was lost since the RESET, or the RESET was inferred.
     *
     * @param suspect as in {@link Suspect}
     */
    record Unobserved(Observation seen, boolean suspect) implements AfterReset {
        @Override
        public Unobserved with(Observation changed) {
            return new Unobserved(changed, suspect);
        }
    }

    /** Run state and counters are read a last time before the cont. */
    record CheckingBeforeCont(Observation seen) implements AfterReset {
        @Override
        public CheckingBeforeCont with(Observation changed) {
            return new CheckingBeforeCont(changed);
        }
    }

    /** Our cont is on its way. */
    record Continuing(Observation seen) implements AfterReset {
        @Override
        public Continuing with(Observation changed) {
            return new Continuing(changed);
        }
    }

    /** A verdict was reached. The end of each reset, which no state keeps. */
    record Concluded(Verdict verdict) implements Phase {}

    /**
     * What every phase after the RESET knows.
     *
     * @param settledAt from when on {@code running} counts
     * @param ranBefore whether the guest ran before the reset, or was continued by us since
     * @param ranSince the guest may have executed since the RESET
     * @param undated the wall clock was set shortly before the RESET was heard: QEMU's time of it does not tell how long ago it was
     */
    record Observation(Instant settledAt, boolean ranBefore, boolean ranSince, boolean undated) {
        public Observation settledAt(Instant changed) {
            return new Observation(changed, ranBefore, ranSince, undated);
        }

        public Observation ranBefore(boolean changed) {
            return new Observation(settledAt, changed, ranSince, undated);
        }

        public Observation ran() {
            return new Observation(settledAt, ranBefore, true, undated);
        }
    }

    /** A word that does not change. */
    default String text() {
        return switch (this) {
            case SettingRebootAction _ -> "setting-reboot-action";
            case AwaitingReset _ -> "awaiting-reset";
            case Settling _ -> "settling";
            case Suspect _ -> "suspect";
            case Unobserved _ -> "unobserved";
            case CheckingBeforeCont _ -> "checking-before-cont";
            case Continuing _ -> "continuing";
            case Concluded _ -> "concluded";
        };
    }
}
