package io.reseal.daemon.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must go on: each event loop and executor is given a task that does nothing, again and again, and each piece of long work says
 * when it begins and ends. What has not got so far within its limit is stuck. Safe for any thread.
 *
 * <p>Time is counted in turns of a thread of its own, so that a process that was stopped for a while finds nothing stuck when it goes on.
 */
public final class Heartbeats implements AutoCloseable {
    /** Of an executor, unless it is given another. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger("reseal.health");
    private static final Duration TURN = Duration.ofSeconds(1);

    /** Without a turn for so long this itself is stuck. */
    private static final Duration OWN_LIMIT = Duration.ofSeconds(30);

    private final Duration every;
    private final ScheduledExecutorService thread;
    private final List<Heartbeat> all = new CopyOnWriteArrayList<>();
    private volatile long lastTurn = System.nanoTime();
    private volatile boolean started;

    public Heartbeats() {
        this(TURN);
    }

    /** @param every when the thread turns */
    Heartbeats(Duration every) {
        this.every = every;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("heartbeats").daemon().factory());
    }

    public void start() {
        lastTurn = System.nanoTime();
        started = true;
        // not at a fixed rate: that makes up for turns that were missed, and what then waits a moment has waited for
        // all of them
        thread.scheduleWithFixedDelay(this::turn, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * An executor, or an event loop, that must run what it is given within {@link #LIMIT}.
     *
     * @param name for operators: what does not turn
     */
    public void executor(String name, Executor executor) {
        executor(name, executor, LIMIT);
    }

    /** As {@link #executor(String, Executor)}. One that runs tasks on the calling thread must not be given here. */
    public void executor(String name, Executor executor, Duration limit) {
        all.add(new Probe(name, turns(limit), executor));
    }

    /** Work that is done again and again, and must end within the limit each time. */
    public Work work(String name, Duration limit) {
        var work = new Pieces(name, turns(limit));
        all.add(work);
        return work;
    }

    private static long turns(Duration limit) {
        return Math.max(1, limit.dividedBy(TURN));
    }

    /** What does not go on, by name and for how long; empty when all is well. */
    public List<String> stuck() {
        var own = started && System.nanoTime() - lastTurn > OWN_LIMIT.toNanos()
                ? Stream.of("heartbeats have not been looked at for " + OWN_LIMIT.toSeconds() + " s")
                : Stream.<String>empty();
        return Stream.concat(own, all.stream().filter(Heartbeat::isStuck).map(Heartbeat::text))
                .toList();
    }

    /** One turn: of the thread, or of a test. */
    void turn() {
        lastTurn = System.nanoTime();
        all.forEach(Heartbeat::turn);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** One thing that must go on. */
    private abstract static class Heartbeat {
        private final String name;
        private final long limit;
        private volatile long waited;
        private boolean told;

        Heartbeat(String name, long limit) {
            this.name = name;
            this.limit = limit;
        }

        /** What is waited for has begun since the turn before. */
        void begun() {
            waited = 0;
        }

        /** Whether it waits for what was begun at an earlier turn. */
        abstract boolean isWaiting();

        void turn() {
            waited = isWaiting() ? waited + 1 : 0;
            if (isStuck() != told) {
                told = !told;
                if (told) {
                    LOG.error("{}: what waits for it waits on, and /healthz says so", text());
                } else {
                    LOG.info("{} goes on again", name);
                }
            }
        }

        boolean isStuck() {
            return waited >= limit && isWaiting();
        }

        String text() {
            return name + " has not gone on for " + waited * TURN.toSeconds() + " s";
        }
    }

    /** A task that does nothing, given again when it has run. */
    private static final class Probe extends Heartbeat {
        private final Executor executor;
        private volatile boolean waiting;
        /** Of the one thread that gives tasks: the queue was full, so the task has to be given again. */
        private boolean refused;

        Probe(String name, long limit, Executor executor) {
            super(name, limit);
            this.executor = executor;
        }

        @Override
        boolean isWaiting() {
            return waiting;
        }

        @Override
        void turn() {
            super.turn();
            if (!waiting || refused) {
                waiting = true;
                give();
            }
        }

        private void give() {
            try {
                refused = false;
                executor.execute(() -> waiting = false);
            } catch (RejectedExecutionException full) {
                refused = true;
            }
        }
    }

    /** Work that says when it begins and ends. */
    public interface Work {
        /** For work that nobody looks at. */
        Work UNWATCHED = new Work() {
            @Override
            public void begins() {}

            @Override
            public void ends() {}
        };

        void begins();

        void ends();
    }

    /** Counts the beginnings and ends: every second one is a beginning. */
    private static final class Pieces extends Heartbeat implements Work {
        private final AtomicLong pieces = new AtomicLong();
        private volatile long seen;

        Pieces(String name, long limit) {
            super(name, limit);
        }

        @Override
        public void begins() {
            pieces.incrementAndGet();
        }

        @Override
        public void ends() {
            pieces.incrementAndGet();
        }

        @Override
        void turn() {
            long now = pieces.get();
            if (now != seen) {
                seen = now;
                begun();
            }
            super.turn();
        }

        /** What began after the last turn has not waited yet. */
        @Override
        boolean isWaiting() {
            long now = pieces.get();
            return now % 2 == 1 && now == seen;
        }
    }
}
