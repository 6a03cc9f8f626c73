package io.reseal.policy.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * SeaBIOS answers a reset with one of its own, 0.13-0.16 s later if its vCPU gets to run (QEMU 11.1.3, q35). So the guest's next
 * RESET is that echo until the guest has had the time for it, however long it was stopped, or all of QEMU.
 *
 * @param came the echo has come, or none is to be expected
 * @param ranSince since when the guest has run
 * @param seenAt when QEMU last answered without delay, so that the time until then is time in which the guest ran
 * @param queriedAt when QEMU was sent a query whose answer tells whether it still does; empty while none is out
 * @param lookAt when it is to be queried next
 */
public record Echo(boolean came, Instant ranSince, Instant seenAt, Optional<Instant> queriedAt, Instant lookAt) {
    /** Time enough for an echo on a busy host. */
    public static final Duration WINDOW = Duration.ofSeconds(1);

    /** How often it is queried whether QEMU still answers. */
    public static final Duration LOOK = Duration.ofMillis(200);

    /** An answer that takes longer tells that QEMU, all of the host, or Reseal stood still. */
    public static final Duration PROMPT = Duration.ofMillis(200);

    /** For so long nobody queried it, as there was no connection, or Reseal stood still: what QEMU did then is not known. */
    public static final Duration UNWATCHED = LOOK.multipliedBy(3);

    public static Echo awaited(Instant now) {
        return new Echo(false, now, now, Optional.empty(), now.plus(LOOK));
    }

    public static Echo seen(Instant now) {
        return new Echo(true, now, now, Optional.empty(), now);
    }

    /** With times by another clock. */
    Echo shifted(Duration by) {
        return new Echo(came, ranSince.plus(by), seenAt.plus(by), queriedAt.map(at -> at.plus(by)), lookAt.plus(by));
    }

    /** Whether it may still come. */
    public boolean due() {
        return !came && seenAt.isBefore(ranSince.plus(WINDOW));
    }

    /** Whether QEMU is to be queried now. */
    public boolean toBeQueried(Instant now) {
        return due() && !now.isBefore(lookAt);
    }

    public Echo queried(Instant now) {
        return new Echo(came, ranSince, seenAt, Optional.of(queriedAt.orElse(now)), now.plus(LOOK));
    }

    /** An answer came, of a guest that runs or stands still. */
    public Echo answered(boolean running, Instant now) {
        boolean late = queriedAt
                .map(at -> Duration.between(at, now).compareTo(PROMPT) > 0)
                .orElse(false);
        boolean unwatched =
                queriedAt.isPresent() && Duration.between(seenAt, now).compareTo(UNWATCHED) > 0;
        if (late || unwatched || !running) {
            return new Echo(came, now, now, Optional.empty(), lookAt);
        }
        return queriedAt.isPresent() ? new Echo(came, ranSince, now, Optional.empty(), lookAt) : this;
    }

    /** The guest goes on, after it stood still. */
    public Echo resumed(Instant now) {
        return new Echo(came, now, now, queriedAt, now.plus(LOOK));
    }
}
