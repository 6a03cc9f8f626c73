package io.reseal.daemon.guest;

import io.reseal.policy.Reset;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks for resets of one guest, posed one at a time. Confined to the event loop. */
final class Asks {
    private record Waiting(Reset.Ask ask, CompletableFuture<ResetAnswer> answer) {}

    private final Consumer<Reset.Ask> pose;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Waiting posed;

    Asks(Consumer<Reset.Ask> pose) {
        this.pose = pose;
    }

    CompletableFuture<ResetAnswer> add(Reset.Ask ask) {
        var answer = new CompletableFuture<ResetAnswer>();
        waiting.add(new Waiting(ask, answer));
        poseNext();
        return answer;
    }

    void poseNext() {
        if (posed == null) {
            posed = waiting.poll();
            if (posed != null) {
                pose.accept(posed.ask());
            }
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
