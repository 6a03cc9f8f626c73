package io.reseal.policy.state;

import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;

/**
 * A guest resets again and again, faster than each reset can be judged: all of it is one record, which is open while it lasts.
 *
 * @param record what is published of it
 * @param heardAt when the newest of its RESETs was taken in
 */
public record ResetLoop(Reset record, Instant heardAt) {
    /** Without a RESET for so long it has come to its end. */
    public static final Duration QUIET = Duration.ofSeconds(5);

    public ResetLoop with(Reset changed) {
        return new ResetLoop(changed, heardAt);
    }

    /** When it has ended, if no RESET comes. */
    public Instant endsAt() {
        return heardAt.plus(QUIET);
    }

    /** With times by another clock. */
    ResetLoop shifted(Duration by) {
        return new ResetLoop(record, heardAt.plus(by));
    }
}
