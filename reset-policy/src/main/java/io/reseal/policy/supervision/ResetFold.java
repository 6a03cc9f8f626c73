package io.reseal.policy.supervision;

import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.ResetLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Folds the RESETs of a guest that resets more often than it can be judged into one signal, before they cost a reading, a record, a line of the
 * log each. What stays as it is: the RESET that may be that of our own system_reset, and one after a STOP, which may tell of a failed
 * rebuild.
 */
public final class ResetFold {
    /** More RESETs than this within {@link #WINDOW} are a loop. SeaBIOS makes two of each. */
    public static final int MOST = 20;

    /** In which they are counted. */
    public static final Duration WINDOW = Duration.ofSeconds(10);

    /** For how long what was folded may be kept back. */
    public static final Duration KEPT_BACK = Duration.ofSeconds(1);

    private final int most;
    private Instant windowBegan = Instant.EPOCH;
    private int inWindow;
    private boolean folding;
    private int folded;
    private Instant first = Instant.EPOCH;
    private boolean allByGuest;
    private Signal.ResetSeen newest =
            new Signal.ResetSeen(Instant.EPOCH, Instant.EPOCH, true, Signal.ResetSeen.UNKNOWN);

    public ResetFold() {
        this(MOST);
    }

    /** With another limit than {@link #MOST}. */
    public ResetFold(int most) {
        this.most = most;
    }

    /**
     * Takes a RESET.
     *
     * @param known the guest, after all that came before
     * @return whether it was folded; else it is to be judged as it is, after what {@link #take} gives
     */
    public boolean folds(Signal.ResetSeen event, GuestState known) {
        count(event.at());
        boolean folds =
                folding && !isAnswer(event, known) && known.execution().stop().isEmpty();
        if (folds) {
            allByGuest = event.byGuest() && (folded == 0 || allByGuest);
            first = folded == 0 ? event.emittedAt() : first;
            folded++;
        }
        newest = event;
        return folds;
    }

    private void count(Instant at) {
        boolean ended = folding && !at.isBefore(newest.at().plus(ResetLoop.QUIET));
        folding = folding && !ended;
        if (!ended && at.isBefore(windowBegan.plus(WINDOW))) {
            inWindow++;
        } else {
            windowBegan = at;
            inWindow = 1;
        }
        folding = folding || inWindow > most;
    }

    /** Of a system_reset that got no reply the first RESET is taken for the answer. */
    private static boolean isAnswer(Signal.ResetSeen event, GuestState known) {
        return !event.byGuest()
                && known.resets().oursOpen()
                && known.resets()
                        .open()
                        .filter(open -> !open.observed() && open.unanswered())
                        .isPresent();
    }

    /**
     * What was folded since the last call, to be taken in before any other signal. QEMU sends our RESET right before our reply: while
     * that is awaited the last one may be ours, and is told by itself.
     */
    public List<Signal> take(GuestState known) {
        boolean maybeOurs = folded > 0
                && !newest.byGuest()
                && known.resets().open().filter(open -> open.is(Reply.AWAITED)).isPresent();
        int count = maybeOurs ? folded - 1 : folded;
        folded = 0;
        var signals = new ArrayList<Signal>();
        if (count > 0) {
            signals.add(new Signal.ResetsRepeated(
                    newest.at(), count, first, newest.emittedAt(), allByGuest, newest.reason()));
        }
        if (maybeOurs) {
            signals.add(newest);
        }
        return signals;
    }
}
