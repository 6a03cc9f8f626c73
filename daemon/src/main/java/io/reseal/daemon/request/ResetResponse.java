package io.reseal.daemon.request;

import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.reset.Reset;
import java.util.List;

/** The result of a {@link ResetRequest}. */
public sealed interface ResetResponse {
    /** The reset is open; follow it by its id. A request with a known idempotency key gets this too, even when closed. */
    record Started(Reset reset) implements ResetResponse {}

    /** A hazard stopped it before anything was sent; the verdict is {@code refused}. */
    record Refused(Reset reset) implements ResetResponse {}

    /** Another reset of this guest is open. */
    record InFlight(Reset open) implements ResetResponse {}

    /**
     * The answer to a dry run.
     *
     * @param resettable whether the reset would be tried
     * @param hazards what the guest has now, forced ones included
     * @param sends the QMP commands that would be sent, in order, reads included
     * @param shows the levels that would be looked for, in order
     */
    record Planned(String guest, boolean resettable, List<Hazard> hazards, List<String> sends, List<Level> shows)
            implements ResetResponse {}

    /** No guest of that name. */
    record NoSuchGuest(String guest) implements ResetResponse {}

    /** The guest is known but not attached; {@code why} is one sentence. */
    record NotReachable(String guest, String why) implements ResetResponse {}

    /** {@code limits.concurrent-resets} is reached. */
    record TooMany(int limit) implements ResetResponse {}
}
