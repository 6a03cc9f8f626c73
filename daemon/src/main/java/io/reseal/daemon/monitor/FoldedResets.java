package io.reseal.daemon.monitor;

import io.netty.channel.EventLoop;
import io.reseal.daemon.log.GuestLog;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.ResetFold;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** RESETs of a guest that come too fast to be judged one by one: kept back for a moment, and one line of the log a minute. Confined to the event loop. */
public final class FoldedResets {
    private static final Duration LOG_EVERY = Duration.ofMinutes(1);

    private final ResetFold fold = new ResetFold();
    private final GuestLog log;
    private final Timer pause;
    private boolean waiting;
    private Instant nextLine = Instant.EPOCH;

    /**
     * RESETs of one guest.
     *
     * @param takeIn takes in what {@link #take} gives
     */
    public FoldedResets(EventLoop loop, GuestLog log, Runnable takeIn) {
        this.log = log;
        this.pause = new Timer(loop, () -> {
            waiting = false;
            takeIn.run();
        });
    }

    /** Whether it was kept back. */
    public boolean folds(Signal.ResetSeen reset, GuestState known) {
        boolean folded = fold.folds(reset, known);
        if (folded && !waiting) {
            waiting = true;
            pause.begin(ResetFold.KEPT_BACK);
        }
        return folded;
    }

    /** Before any other signal. */
    public List<Signal> take(GuestState known) {
        return fold.take(known);
    }

    /** A loop began, went on or ended. */
    public void looped(Reset reset, Instant now) {
        if (!reset.open()) {
            log.closed(reset);
            nextLine = Instant.EPOCH;
        } else if (!now.isBefore(nextLine)) {
            log.looped(reset);
            nextLine = now.plus(LOG_EVERY);
        }
    }

    /** Nothing is taken in any more. */
    public void close() {
        pause.callOff();
    }
}
