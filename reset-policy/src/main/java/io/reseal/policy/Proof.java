package io.reseal.policy;

import java.time.Duration;

/**
 * What a reset has to show, and by when.
 *
 * @param prove the wanted level
 * @param within time allowed from the request (or from the RESET event of a reset that others began) to the verdict;
 *     longer than zero
 * @param settle how long the guest must stay {@code running} after RESET; SeaBIOS resets a second time 0.13-0.16 s after
 *     the first (QEMU 11.1.3), so shorter than that would judge too early
 */
public record Proof(Level prove, Duration within, Duration settle) {
    /** Level {@code rebuilt} within 30 s, settled for 1 s. */
    public static final Proof DEFAULT = new Proof(Level.REBUILT, Duration.ofSeconds(30), Duration.ofSeconds(1));

    public Proof {
        if (within.isNegative() || within.isZero()) {
            throw new IllegalArgumentException("within must be longer than zero, was " + Durations.text(within));
        }
        if (settle.isNegative()) {
            throw new IllegalArgumentException("settle must not be negative, was " + Durations.text(settle));
        }
    }
}
