package io.reseal.daemon.guest;

import io.reseal.policy.Reset;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks for resets of one guest, posed one at a time. Confined to the event loop. */
final class Asks {
    /** Behind the one that was posed; each is answered, so whoever asks more often than that has lost its way. */
    static final int MOST_WAITING = 64;

    private record Waiting(Reset.Ask ask, CompletableFuture<ResetAnswer> answer) {}

    private final Consumer<Reset.Ask> pose;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Waiting posed;
    private boolean posing;

    Asks(Consumer<Reset.Ask> pose) {
        this.pose = pose;
    }

    boolean full() {
        return waiting.size() >= MOST_WAITING;
    }

    CompletableFuture<ResetAnswer> add(Reset.Ask ask) {
        var answer = new CompletableFuture<ResetAnswer>();
        waiting.add(new Waiting(ask, answer));
        poseNext();
        return answer;
    }

    /** Poses asks as long as they are answered at once. A loop: what an ask brings about ends in another call of this. */
    void poseNext() {
        if (posing) {
            return;
        }
        posing = true;
        try {
            while (posed == null && !waiting.isEmpty()) {
                posed = waiting.remove();
                pose.accept(posed.ask());
            }
        } finally {
            posing = false;
        }
    }

    /** Answers the ask that was posed. */
    void answer(ResetAnswer answer) {
        if (posed != null) {
            var answered = posed.answer();
            posed = null;
            answered.complete(answer);
        }
    }

    /** Answers all asks alike. */
    void abandon(ResetAnswer answer) {
        answer(answer);
        waiting.forEach(ask -> ask.answer().complete(answer));
        waiting.clear();
    }
}
