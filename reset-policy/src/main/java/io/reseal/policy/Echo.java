package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * SeaBIOS answers a reset with one of its own, 0.13-0.16 s later if its vCPU gets to run (QEMU 11.1.3, q35). So the guest's next
 * RESET is that echo until the guest has had the time for it, however long it was stopped, or all of QEMU.
 *
 * @param came the echo has come, or none is to be expected
 * @param ranSince since when the guest has run and QEMU has answered without delay
 * @param askedAt when QEMU was asked a question whose answer tells whether it still does
 */
public record Echo(boolean came, Instant ranSince, Optional<Instant> askedAt) {
    /** Time enough for an echo on a busy host. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    /** How often it is asked whether QEMU still answers. */
    static final Duration LOOK = Duration.ofMillis(200);

    /** An answer that takes longer tells that QEMU, or all of the host, stood still. */
    static final Duration PROMPT = Duration.ofMillis(200);

    static Echo awaited(Instant now) {
        return new Echo(false, now, Optional.empty());
    }

    static Echo seen(Instant now) {
        return new Echo(true, now, Optional.empty());
    }

    /** Whether it may still come at {@code now}: its time is not over, or QEMU owes an answer since it was not. */
    boolean due(Instant now) {
        return !came && (askedAt.isPresent() || now.isBefore(ranSince.plus(WINDOW)));
    }

    Echo asked(Instant now) {
        return new Echo(came, ranSince, Optional.of(askedAt.orElse(now)));
    }

    /** An answer came, of a guest that runs or stands still. */
    Echo answered(boolean running, Instant now) {
        boolean late = askedAt.map(at -> Duration.between(at, now).compareTo(PROMPT) > 0)
                .orElse(false);
        return new Echo(came, late || !running ? now : ranSince, Optional.empty());
    }

    /** The guest goes on, after it stood still. */
    Echo resumed(Instant now) {
        return new Echo(came, now, askedAt);
    }
}
