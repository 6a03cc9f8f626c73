package io.reseal.daemon.guest;

import io.reseal.policy.Hazard;
import io.reseal.policy.Level;
import io.reseal.policy.Reset;
import java.util.List;

/** What became of a {@link ResetAsk}. */
public sealed interface ResetAnswer {
    /** The reset is open; follow it by its id. An ask with a known idempotency key gets this too, even when closed. */
    record Started(Reset reset) implements ResetAnswer {}

    /** A hazard stopped it before anything was sent; the verdict is {@code refused}. */
    record Refused(Reset reset) implements ResetAnswer {}

    /** Another reset of this guest is open. */
    record InFlight(Reset open) implements ResetAnswer {}

    /**
     * The answer to a dry run.
     *
     * @param resettable whether the reset would be tried
     * @param hazards what the guest has now, forced ones included
     * @param sends the QMP commands that would be sent, in order, reads included
     * @param shows the levels that would be looked for, in order
     */
    record Planned(String guest, boolean resettable, List<Hazard> hazards, List<String> sends, List<Level> shows)
            implements ResetAnswer {}

    /** No guest of that name. */
    record NoSuchGuest(String guest) implements ResetAnswer {}

    /** The guest is known but not attached; {@code why} is one sentence. */
    record NotReachable(String guest, String why) implements ResetAnswer {}

    /** {@code limits.concurrent-resets} is reached. */
    record TooMany(int limit) implements ResetAnswer {}
}
