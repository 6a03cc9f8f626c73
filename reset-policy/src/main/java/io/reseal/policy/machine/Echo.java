package io.reseal.policy.machine;

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
 * @param askedAt when QEMU was asked a question whose answer tells whether it still does; empty while none is out
 * @param lookAt when it is to be asked next
 */
public record Echo(boolean came, Instant ranSince, Instant seenAt, Optional<Instant> askedAt, Instant lookAt) {
    /** Time enough for an echo on a busy host. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    /** How often it is asked whether QEMU still answers. */
    static final Duration LOOK = Duration.ofMillis(200);

    /** An answer that takes longer tells that QEMU, all of the host, or Reseal stood still. */
    static final Duration PROMPT = Duration.ofMillis(200);

    /** For so long nobody asked, as there was no connection, or Reseal stood still: what QEMU did then is not known. */
    static final Duration UNWATCHED = LOOK.multipliedBy(3);

    static Echo awaited(Instant now) {
        return new Echo(false, now, now, Optional.empty(), now.plus(LOOK));
    }

    static Echo seen(Instant now) {
        return new Echo(true, now, now, Optional.empty(), now);
    }

    /** Whether it may still come. */
    boolean due() {
        return !came && seenAt.isBefore(ranSince.plus(WINDOW));
    }

    /** Whether QEMU is to be asked now. */
    boolean toBeAsked(Instant now) {
        return due() && !now.isBefore(lookAt);
    }

    Echo queried(Instant now) {
        return new Echo(came, ranSince, seenAt, Optional.of(askedAt.orElse(now)), now.plus(LOOK));
    }

    /** An answer came, of a guest that runs or stands still. */
    Echo answered(boolean running, Instant now) {
        boolean late = askedAt.map(at -> Duration.between(at, now).compareTo(PROMPT) > 0)
                .orElse(false);
        boolean unwatched = askedAt.isPresent() && Duration.between(seenAt, now).compareTo(UNWATCHED) > 0;
        if (late || unwatched || !running) {
            return new Echo(came, now, now, Optional.empty(), lookAt);
        }
        return askedAt.isPresent() ? new Echo(came, ranSince, now, Optional.empty(), lookAt) : this;
    }

    /** The guest goes on, after it stood still. */
    Echo resumed(Instant now) {
        return new Echo(came, now, now, askedAt, now.plus(LOOK));
    }
}
