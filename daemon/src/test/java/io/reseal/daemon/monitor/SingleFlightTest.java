package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.daemon.monitor.SingleFlight.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SingleFlightTest {
    private static final Deadline<String> LONG = new Deadline<>(Duration.ofMinutes(1), "nothing");
    private static final Deadline<String> SHORT = new Deadline<>(Duration.ofMillis(50), "nothing");

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<String> slow = new CompletableFuture<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<CompletableFuture<String>> begun = new ArrayList<>();
    private final SingleFlight<String> reads = SingleFlight.of(this::begin, Runnable::run);

    @AfterEach
    void end() {
        slow.complete("late");
        loop.shutdown();
        blocking.shutdown();
    }

    @Test
    void a_read_begins_at_once_when_none_is_in_flight() {
        var first = reads.read();
        begun.getFirst().complete("one");
        assertThat(first).isCompletedWithValue("one");
        reads.read();
        assertThat(begun).hasSize(2);
    }

    @Test
    void all_callers_that_arrive_during_a_read_share_the_next_one() {
        reads.read();
        var later = IntStream.range(0, 100).mapToObj(_ -> reads.read()).toList();
        assertThat(begun).hasSize(1);
        begun.get(0).complete("one");
        assertThat(begun).hasSize(2);
        assertThat(later).noneMatch(CompletableFuture::isDone);
        begun.get(1).complete("two");
        assertThat(later).allSatisfy(result -> assertThat(result).isCompletedWithValue("two"));
        assertThat(begun).hasSize(2);
    }

    @Test
    void a_caller_that_arrives_during_a_shared_read_waits_for_one_more() {
        reads.read();
        reads.read();
        begun.get(0).complete("one");
        var third = reads.read();
        begun.get(1).complete("two");
        assertThat(third).isNotDone();
        begun.get(2).complete("three");
        assertThat(third).isCompletedWithValue("three");
    }

    @Test
    void a_failure_reaches_those_who_shared_the_read_and_nobody_else() {
        var first = reads.read();
        var second = reads.read();
        begun.get(0).completeExceptionally(new IllegalStateException("lost"));
        begun.get(1).complete("two");
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedWithValue("two");
    }

    @Test
    void the_result_of_a_blocking_read_completes_on_the_event_loop() {
        var flight = SingleFlight.blocking(this::slowly, LONG, blocking, loop);
        Thread loopThread = now(CompletableFuture.supplyAsync(Thread::currentThread, loop));
        CompletableFuture<Thread> told = onLoop(() -> flight.read().thenApply(_ -> Thread.currentThread()));
        slow.complete("seen");
        assertThat((Object) now(told)).isSameAs(loopThread);
    }

    @Test
    void a_blocking_read_is_repeated_for_each_later_caller() {
        var flight =
                SingleFlight.blocking(looks::incrementAndGet, new Deadline<>(Duration.ofMinutes(1), 0), blocking, loop);
        assertThat(now(onLoop(flight::read))).isEqualTo(1);
        assertThat(now(onLoop(flight::read))).isEqualTo(2);
    }

    @Test
    void callers_that_arrive_during_a_blocking_read_share_the_next_one() {
        var flight = SingleFlight.blocking(this::slowly, LONG, blocking, loop);
        var first = onLoop(flight::read);
        var second = onLoop(flight::read);
        var third = onLoop(flight::read);
        slow.complete("seen");
        assertThat(now(first)).isEqualTo("seen");
        assertThat(now(second)).isEqualTo("seen");
        assertThat(now(third)).isEqualTo("seen");
        assertThat(looks).hasValue(2);
    }

    @Test
    void after_the_deadline_callers_get_the_fallback_at_once_and_no_other_thread_is_taken() {
        var flight = SingleFlight.blocking(this::slowly, SHORT, blocking, loop);
        var first = onLoop(flight::read);
        var waiting = onLoop(flight::read);
        assertThat(now(first)).isEqualTo("nothing");
        assertThat(now(waiting)).isEqualTo("nothing");
        assertThat(onLoop(flight::read)).isCompletedWithValue("nothing");
        assertThat(looks).hasValueLessThanOrEqualTo(1);
    }

    @Test
    void reads_go_on_once_an_overdue_one_has_returned() {
        Queue<String> answers = new ArrayDeque<>();
        var flight =
                SingleFlight.blocking(() -> answers.isEmpty() ? slow.join() : answers.remove(), SHORT, blocking, loop);
        assertThat(now(onLoop(flight::read))).isEqualTo("nothing");
        answers.add("again");
        slow.complete("late");
        await().until(() -> now(onLoop(flight::read)).equals("again"));
    }

    @Test
    void a_blocking_read_that_fails_results_in_the_fallback() {
        var flight = SingleFlight.<String>blocking(
                () -> {
                    throw new IllegalStateException("broken");
                },
                LONG,
                blocking,
                loop);
        assertThat(now(onLoop(flight::read))).isEqualTo("nothing");
    }

    private CompletableFuture<String> begin() {
        begun.add(new CompletableFuture<>());
        return begun.getLast();
    }

    private String slowly() {
        looks.incrementAndGet();
        return slow.join();
    }

    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> call) {
        return now(CompletableFuture.supplyAsync(() -> List.of(call.get()), loop))
                .getFirst();
    }

    private static <T> T now(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
