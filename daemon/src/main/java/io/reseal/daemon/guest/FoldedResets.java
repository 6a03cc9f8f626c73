package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.monitor.Timer;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.ResetFold;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** RESETs of a guest that come too fast to be judged one by one: kept back for a moment, and one line of the log a minute. Confined to the event loop. */
final class FoldedResets {
    private static final Duration LOG_EVERY = Duration.ofMinutes(1);

    private final ResetFold fold = new ResetFold();
    private final GuestLog log;
    private final Timer pause;
    private boolean waiting;
    private Instant nextLine = Instant.EPOCH;

    /** @param takeIn takes in what {@link #take} gives */
    FoldedResets(EventLoop loop, GuestLog log, Runnable takeIn) {
        this.log = log;
        this.pause = new Timer(loop, () -> {
            waiting = false;
            takeIn.run();
        });
    }

    /** Whether it was kept back. */
    boolean folds(Signal.ResetSeen reset, GuestState known) {
        boolean folded = fold.folds(reset, known);
        if (folded && !waiting) {
            waiting = true;
            pause.begin(ResetFold.KEPT_BACK);
        }
        return folded;
    }

    /** Before any other signal. */
    List<Signal> take(GuestState known) {
        return fold.take(known);
    }

    /** A loop began, went on or ended. */
    void looped(Reset reset, Instant now) {
        if (!reset.open()) {
            log.closed(reset);
            nextLine = Instant.EPOCH;
        } else if (!now.isBefore(nextLine)) {
            log.looped(reset);
            nextLine = now.plus(LOG_EVERY);
        }
    }

    void close() {
        pause.callOff();
    }
}
