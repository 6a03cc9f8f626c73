package io.reseal.daemon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.daemon.feed.FakeGuests;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
    private static final ResetResponse STARTED = new ResetResponse.Started(FakeGuests.opened("r", "web"));
    private static final ResetResponse TOO_MANY = new ResetResponse.TooMany(2);

    private final IdempotencyKeys keys = new IdempotencyKeys();
    private int carriedOut;

    @Test
    void idempotency_keys_have_a_request_carried_out_once() {
        var first = request("web", "k", CompletableFuture.completedFuture(STARTED));
        var second = request("web", "k", CompletableFuture.completedFuture(TOO_MANY));
        assertThat(first).isCompletedWithValue(STARTED);
        assertThat(second).isCompletedWithValue(STARTED);
        assertThat(carriedOut).isOne();
    }

    @Test
    void idempotency_keys_give_a_request_that_comes_while_the_first_is_judged_the_same_answer() {
        var judged = new CompletableFuture<ResetResponse>();
        var first = request("web", "k", judged);
        var second = request("web", "k", new CompletableFuture<>());
        judged.complete(STARTED);
        assertThat(first).isCompletedWithValue(STARTED);
        assertThat(second).isCompletedWithValue(STARTED);
        assertThat(carriedOut).isOne();
    }

    @Test
    void idempotency_keys_are_free_again_when_nothing_was_begun() {
        request("web", "k", CompletableFuture.completedFuture(TOO_MANY));
        assertThat(request("web", "k", CompletableFuture.completedFuture(STARTED)))
                .isCompletedWithValue(STARTED);
    }

    @Test
    void idempotency_keys_are_free_again_when_carrying_out_failed() {
        request("web", "k", CompletableFuture.failedFuture(new IllegalStateException("closed")));
        assertThat(request("web", "k", CompletableFuture.completedFuture(STARTED)))
                .isCompletedWithValue(STARTED);
        assertThatThrownBy(() -> keys.once(asked("web", Optional.of("other")), () -> {
                    throw new RejectedExecutionException("closed");
                }))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(request("web", "other", CompletableFuture.completedFuture(STARTED)))
                .isCompletedWithValue(STARTED);
    }

    @Test
    void idempotency_keys_are_each_guests_own() {
        request("web", "k", CompletableFuture.completedFuture(STARTED));
        request("db", "k", CompletableFuture.completedFuture(STARTED));
        assertThat(carriedOut).isEqualTo(2);
    }

    @Test
    void idempotency_keys_are_not_needed() {
        for (int i = 0; i < 3; i++) {
            keys.once(asked("web", Optional.empty()), () -> carryOut(CompletableFuture.completedFuture(STARTED)));
        }
        assertThat(carriedOut).isEqualTo(3);
    }

    @Test
    void idempotency_keys_are_kept_in_a_bounded_number() {
        for (int i = 0; i < 1001; i++) {
            request("web", "k" + i, CompletableFuture.completedFuture(STARTED));
        }
        request("web", "k1000", CompletableFuture.completedFuture(STARTED));
        assertThat(carriedOut).isEqualTo(1001);
        request("web", "k0", CompletableFuture.completedFuture(STARTED));
        assertThat(carriedOut).isEqualTo(1002);
    }

    @Test
    void idempotency_keys_forget_only_their_own_request() {
        var late = new CompletableFuture<ResetResponse>();
        request("web", "k", late);
        for (int i = 0; i < 1000; i++) {
            request("web", "k" + i, CompletableFuture.completedFuture(STARTED));
        }
        request("web", "k", CompletableFuture.completedFuture(STARTED));
        late.complete(TOO_MANY);
        request("web", "k", CompletableFuture.completedFuture(STARTED));
        assertThat(carriedOut).isEqualTo(1002);
    }

    private CompletableFuture<ResetResponse> request(
            String guest, String key, CompletableFuture<ResetResponse> answer) {
        return keys.once(asked(guest, Optional.of(key)), () -> carryOut(answer));
    }

    private CompletableFuture<ResetResponse> carryOut(CompletableFuture<ResetResponse> answer) {
        carriedOut++;
        return answer;
    }

    private static ResetRequest asked(String guest, Optional<String> key) {
        return new ResetRequest(guest, Optional.empty(), Optional.empty(), "", Set.of(), false, key, "");
    }
}
