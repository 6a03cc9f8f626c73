package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookoutTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<String> slow = new CompletableFuture<>();
    private final AtomicInteger looks = new AtomicInteger();

    @AfterEach
    void end() {
        slow.complete("late");
        loop.shutdown();
        blocking.shutdown();
    }

    @Test
    void a_lookout_tells_what_it_sees_on_the_event_loop() {
        var lookout = new Lookout<>(this::slowly, "nothing", LONG, blocking);
        Thread loopThread = now(CompletableFuture.supplyAsync(Thread::currentThread, loop));
        CompletableFuture<Thread> told = lookout.look(loop).thenApply(_ -> Thread.currentThread());
        slow.complete("seen");
        assertThat((Object) now(told)).isSameAs(loopThread);
    }

    @Test
    void a_lookout_looks_anew_each_time() {
        var lookout = new Lookout<>(looks::incrementAndGet, 0, LONG, blocking);
        assertThat(now(lookout.look(loop))).isEqualTo(1);
        assertThat(now(lookout.look(loop))).isEqualTo(2);
    }

    @Test
    void a_lookout_looks_once_more_for_all_who_ask_meanwhile_as_what_is_seen_may_be_older_than_their_asking() {
        var lookout = new Lookout<>(this::slowly, "nothing", LONG, blocking);
        var first = onLoop(() -> lookout.look(loop));
        var second = onLoop(() -> lookout.look(loop));
        var third = onLoop(() -> lookout.look(loop));
        slow.complete("seen");
        assertThat(now(first)).isEqualTo("seen");
        assertThat(now(second)).isEqualTo("seen");
        assertThat(now(third)).isEqualTo("seen");
        assertThat(looks).hasValue(2);
    }

    @Test
    void a_lookout_answers_nothing_when_the_time_is_up_and_at_once_from_then_on() {
        var lookout = new Lookout<>(this::slowly, "nothing", SHORT, blocking);
        assertThat(now(lookout.look(loop))).isEqualTo("nothing");
        assertThat(lookout.look(loop)).isCompletedWithValue("nothing");
        assertThat(looks).hasValue(1);
    }

    @Test
    void a_lookout_sees_again_once_what_hung_has_come_back() {
        Queue<String> answers = new ArrayDeque<>();
        var lookout =
                new Lookout<>(() -> answers.isEmpty() ? slow.join() : answers.remove(), "nothing", SHORT, blocking);
        assertThat(now(lookout.look(loop))).isEqualTo("nothing");
        answers.add("again");
        slow.complete("late");
        await().until(() -> now(lookout.look(loop)).equals("again"));
    }

    @Test
    void a_lookout_answers_nothing_when_looking_fails() {
        var lookout = new Lookout<String>(
                () -> {
                    throw new IllegalStateException("broken");
                },
                "nothing",
                LONG,
                blocking);
        assertThat(now(lookout.look(loop))).isEqualTo("nothing");
    }

    private String slowly() {
        looks.incrementAndGet();
        return slow.join();
    }

    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> ask) {
        return now(CompletableFuture.supplyAsync(() -> List.of(ask.get()), loop))
                .getFirst();
    }

    private static <T> T now(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
