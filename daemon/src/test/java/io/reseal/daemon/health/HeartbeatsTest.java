package io.reseal.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Heartbeats heartbeats = new Heartbeats();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @AfterEach
    void close() {
        heartbeats.close();
    }

    private void turns(int count) {
        Turns.pass(heartbeats, count);
    }

    @Test
    void an_executor_that_runs_nothing_for_its_limit_is_stuck_until_it_does() {
        heartbeats.executor("monitor event loop", tasks::add, LIMIT);

        turns(3);
        assertThat(heartbeats.stuck()).isEmpty();
        turns(1);
        assertThat(heartbeats.stuck()).containsExactly("monitor event loop has not gone on for 3 s");
        assertThat(tasks).as("one task, however long it waits").hasSize(1);

        tasks.remove().run();
        assertThat(heartbeats.stuck()).isEmpty();
        turns(1);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void an_executor_that_runs_what_it_is_given_is_never_stuck() {
        heartbeats.executor("client event loop", Runnable::run, LIMIT);

        turns(100);

        assertThat(heartbeats.stuck()).isEmpty();
    }

    @Test
    void an_executor_whose_queue_stays_full_is_stuck() {
        heartbeats.executor(
                "firmware",
                _ -> {
                    throw new RejectedExecutionException("full");
                },
                LIMIT);

        turns(4);

        assertThat(heartbeats.stuck()).containsExactly("firmware has not gone on for 3 s");
    }

    @Test
    void work_is_stuck_that_does_not_end_and_not_work_that_is_begun_again_and_again() {
        var work = heartbeats.work("discovery", LIMIT);
        for (int i = 0; i < 10; i++) {
            work.begins();
            turns(1);
            work.ends();
            work.begins();
            turns(2);
            work.ends();
        }
        assertThat(heartbeats.stuck()).isEmpty();
        turns(10);
        assertThat(heartbeats.stuck()).isEmpty();

        work.begins();
        turns(4);
        assertThat(heartbeats.stuck()).containsExactly("discovery has not gone on for 4 s");

        work.ends();
        assertThat(heartbeats.stuck()).isEmpty();
    }

    @Test
    void turns_that_were_missed_while_the_process_was_stopped_are_not_made_up_for() throws InterruptedException {
        var every = Duration.ofMillis(20);
        var turns = new LinkedBlockingQueue<Long>();
        var first = new AtomicBoolean(true);
        try (var held = new Heartbeats(every)) {
            held.executor(
                    "event loop",
                    task -> {
                        long now = System.nanoTime();
                        turns.add(now);
                        task.run();
                        // the first turn holds the thread up, as a stop of the process does
                        while (first.get() && System.nanoTime() - now < 10 * every.toNanos()) {
                            Thread.onSpinWait();
                        }
                        first.set(false);
                    },
                    LIMIT);
            held.start();

            next(turns);
            long before = next(turns);
            for (int i = 0; i < 5; i++) {
                long next = next(turns);
                assertThat(next - before).isGreaterThanOrEqualTo(every.toNanos());
                before = next;
            }
        }
    }

    private static long next(LinkedBlockingQueue<Long> turns) throws InterruptedException {
        return Optional.ofNullable(turns.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .orElseThrow();
    }
}
