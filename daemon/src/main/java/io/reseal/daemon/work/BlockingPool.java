package io.reseal.daemon.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Platform threads for one purpose, at most so many at once. A thread whose task is blocked no longer counts and another one takes its turn, up to a limit;
 * a task that would go where another one is blocked fails at once. So a place that hangs holds one thread, and nobody else is held up. Safe for
 * any thread.
 */
public final class BlockingPool implements Executor, AutoCloseable {
    /** Without an answer for so long a place is said to hang. */
    static final Duration HANGS_AFTER = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger("reseal.blocking");

    /** How long a thread keeps its turn while it waits for a place that is for one at a time. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long IDLE_SECONDS = 30;
    private static final int MOST_WAITING = 1 << 16;

    private record Task(Subject subject, Runnable work, long since) {}

    private final String name;
    private final int threads;
    private final int mostBlocked;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition left = lock.newCondition();
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();
    private final Visits visits = new Visits();
    private int turns;
    private int idle;
    private int blocked;
    private int named;
    private boolean closed;

    /**
     * A pool that has no thread yet.
     *
     * @param name of its threads, and of the pool in logs and metrics
     * @param threads that work at once
     * @param mostBlocked threads that may be blocked besides
     */
    public BlockingPool(String name, int threads, int mostBlocked) {
        this.name = name;
        this.threads = threads;
        this.mostBlocked = mostBlocked;
    }

    public String name() {
        return name;
    }

    @Override
    public void execute(Runnable work) {
        submit(Subject.NONE, work);
    }

    /** The same pool, for tasks that look at this. */
    public Executor on(Subject subject) {
        return work -> submit(subject, work);
    }

    private void submit(Subject subject, Runnable work) {
        lock.lock();
        try {
            if (closed || waiting.size() >= MOST_WAITING) {
                throw new RejectedExecutionException(
                        name + (closed ? ": stopped" : ": too many looks wait for a thread"));
            }
            waiting.add(new Task(subject, work, System.nanoTime()));
            wakeOne();
        } finally {
            lock.unlock();
        }
    }

    private void wakeOne() {
        if (idle > 0) {
            changed.signal();
        } else if (turns < threads && !waiting.isEmpty()) {
            turns++;
            Thread.ofPlatform().name(name + "-" + ++named).daemon().start(this::work);
        }
    }

    private void work() {
        for (var task = next(); task != null; task = next()) {
            var visit = new Visit(this, task.subject());
            begun(visit);
            try {
                ScopedValue.where(Looks.CURRENT, visit).run(task.work());
            } catch (RuntimeException | Error fault) {
                LOG.error("{}: a task failed", name, fault);
            } finally {
                ended(visit);
            }
        }
    }

    /** Null when this thread is to end. */
    private @Nullable Task next() {
        lock.lock();
        try {
            long patience = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
            while (turns <= threads && waiting.isEmpty() && !closed && patience > 0) {
                idle++;
                try {
                    patience = changed.awaitNanos(patience);
                } finally {
                    idle--;
                }
            }
            boolean goesOn = turns <= threads && !waiting.isEmpty() && !closed;
            turns -= goesOn ? 0 : 1;
            return goesOn ? waiting.poll() : null;
        } catch (InterruptedException _) {
            turns--;
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void begun(Visit visit) {
        locked(() -> visits.add(visit));
    }

    private void ended(Visit visit) {
        locked(() -> {
            leave(visit);
            visits.remove(visit);
            takeTurn(visit);
        });
    }

    void leaves(Visit visit) {
        locked(() -> {
            leave(visit);
            takeTurn(visit);
        });
    }

    void enter(Visit visit, Place place, String path) {
        lock.lock();
        try {
            if (place.is(visit.place) && !visit.hangs) {
                visit.goes(place, path);
                return;
            }
            leave(visit);
            awaitFree(visit, place, path);
            takeTurn(visit);
            visit.goes(place, path);
        } finally {
            lock.unlock();
        }
    }

    private void awaitFree(Visit visit, Place place, String path) {
        try {
            long turn = TURN_NANOS;
            while (isTaken(place)) {
                refuseHopeless(visit, place, path);
                if (visit.blocked) {
                    left.await();
                } else if (turn > 0) {
                    turn = left.awaitNanos(turn);
                } else {
                    giveTurn(visit);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException(name + ": stopped", stopped);
        }
    }

    private void refuseHopeless(Visit visit, Place place, String path) {
        if (visits.hangAt(place) || (blocked >= mostBlocked && !visit.blocked)) {
            var subject = visit.subject();
            visits.refused().add(subject.path().isEmpty() ? new Subject(subject.guest(), path) : subject, place);
            throw new HangingException(path, place);
        }
    }

    private boolean isTaken(Place place) {
        boolean full = !place.shared() && blocked >= mostBlocked;
        return full || visits.occupy(place);
    }

    private void leave(Visit visit) {
        var place = visit.place;
        if (place == null) {
            return;
        }
        visit.place = null;
        left.signalAll();
        if (visit.hangs) {
            visit.hangs = false;
            visits.refused().forget(place.key());
            LOG.info("{} answers again", place.text());
        }
    }

    private void giveTurn(Visit visit) {
        visit.blocked = true;
        blocked++;
        turns--;
        wakeOne();
    }

    private void takeTurn(Visit visit) {
        if (visit.blocked) {
            visit.blocked = false;
            blocked--;
            turns++;
        }
    }

    /** Looks for tasks whose place has not answered for long; called from time to time. A task that is nowhere computes. */
    void watch() {
        locked(() -> visits.silent(HANGS_AFTER).forEach(this::hangs));
    }

    private void hangs(Visit visit, Place place) {
        visit.hangs = true;
        if (!visit.blocked && blocked < mostBlocked) {
            giveTurn(visit);
        }
        left.signalAll();
        var guest = visit.subject().guest();
        LOG.warn(
                "{}{}; it is waited for on a thread of its own, and no other look goes there",
                guest.isEmpty() ? "" : guest + ": ",
                Hang.text(visit.subject().path(), place));
    }

    /** Those that are blocked now, and those that were not begun for that reason. */
    public List<Hang> hangs() {
        lock.lock();
        try {
            return visits.hangs();
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest task that waits for a thread has waited. */
    public Duration delay() {
        lock.lock();
        try {
            var oldest = waiting.peek();
            return oldest == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - oldest.since());
        } finally {
            lock.unlock();
        }
    }

    /** Threads by whether they are blocked; for tests. */
    Map<String, Integer> threads() {
        lock.lock();
        try {
            return Map.of("working", turns, "blocked", blocked);
        } finally {
            lock.unlock();
        }
    }

    /** Begins no more tasks; a thread that is blocked ends with the process. */
    @Override
    public void close() {
        locked(() -> {
            closed = true;
            waiting.clear();
            changed.signalAll();
        });
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
