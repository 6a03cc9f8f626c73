package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Origin;
import io.reseal.policy.Proof;
import io.reseal.policy.Reset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Asks")
class AsksTest {
    private static final ResetAnswer GONE = new ResetAnswer.NotReachable("web", "gone");
    private static final ResetAnswer BUSY = new ResetAnswer.NotReachable("web", "busy");

    private final List<String> posed = new ArrayList<>();
    private Consumer<Reset.Ask> core = _ -> {};
    private final Asks asks = new Asks(ask -> {
        posed.add(ask.reason());
        core.accept(ask);
    });

    @Test
    void are_posed_one_at_a_time_in_their_order() {
        var first = asks.add(ask("1"));
        var second = asks.add(ask("2"));
        assertThat(posed).containsExactly("1");
        asks.answer(BUSY);
        assertThat(first).isCompletedWithValue(BUSY);
        asks.poseNext();
        assertThat(posed).containsExactly("1", "2");
        assertThat(second).isNotDone();
    }

    @Test
    void that_come_from_an_answer_wait_their_turn() {
        var second = new ArrayList<CompletableFuture<ResetAnswer>>();
        asks.add(ask("1")).thenRun(() -> second.add(asks.add(ask("2"))));
        asks.answer(BUSY);
        asks.answer(GONE);
        assertThat(posed).containsExactly("1", "2");
        assertThat(second.getFirst()).isCompletedWithValue(GONE);
    }

    @Test
    void are_all_answered_when_they_are_abandoned() {
        var all = List.of(asks.add(ask("1")), asks.add(ask("2")), asks.add(ask("3")));
        asks.abandon(GONE);
        assertThat(all).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(GONE));
        asks.poseNext();
        assertThat(posed).containsExactly("1");
    }

    @Test
    void need_no_stack_however_many_are_answered_at_once() {
        asks.add(ask("first"));
        var all = new ArrayList<CompletableFuture<ResetAnswer>>();
        for (int i = 0; i < 20_000; i++) {
            all.add(asks.add(ask("later")));
        }
        core = _ -> {
            asks.answer(BUSY);
            asks.poseNext(); // as the supervisor does after each signal
        };
        asks.answer(BUSY);
        asks.poseNext();
        assertThat(all).allMatch(CompletableFuture::isDone);
    }

    @Test
    void are_too_many_at_some_point() {
        asks.add(ask("posed"));
        for (int i = 0; i < Asks.MOST_WAITING; i++) {
            assertThat(asks.full()).isFalse();
            asks.add(ask("waiting"));
        }
        assertThat(asks.full()).isTrue();
    }

    @Test
    void are_posed_again_after_the_core_has_failed() {
        core = _ -> {
            throw new IllegalStateException("a fault of ours");
        };
        assertThat(catchFault(() -> asks.add(ask("1")))).isTrue();
        core = _ -> {};
        asks.answer(GONE);
        asks.add(ask("2"));
        assertThat(posed).containsExactly("1", "2");
    }

    private static boolean catchFault(Runnable work) {
        try {
            work.run();
            return false;
        } catch (IllegalStateException _) {
            return true;
        }
    }

    private static Reset.Ask ask(String reason) {
        return new Reset.Ask(Origin.OPERATOR, reason, Proof.DEFAULT, Set.of());
    }
}
