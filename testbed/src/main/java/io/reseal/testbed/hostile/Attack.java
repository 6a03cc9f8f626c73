package io.reseal.testbed.hostile;

import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/** One thing that is done to a daemon again and again, on a thread of its own. Safe for any thread. */
public abstract class Attack implements AutoCloseable {
    private static final Duration END_PATIENCE = Duration.ofSeconds(20);

    /** After what the daemon has refused. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Sight sight;
    private final Thread thread;
    private final LongAdder done = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile Optional<String> complaint = Optional.empty();
    private volatile boolean ended;

    /**
     * How it is told from others.
     *
     * @param unit what is counted
     * @param metric the series of the daemon that tells of it; empty where none does
     */
    public record Sight(String name, String unit, Optional<Pattern> metric) {
        static Sight of(String name, String unit) {
            return new Sight(name, unit, Optional.empty());
        }

        static Sight of(String name, String unit, String metric) {
            return new Sight(name, unit, Optional.of(Pattern.compile(metric)));
        }
    }

    Attack(Sight sight) {
        this.sight = sight;
        this.thread =
                Thread.ofPlatform().daemon().name("attack: " + sight.name()).unstarted(this::run);
    }

    public final void begin() {
        thread.start();
    }

    /** Does it once. An {@link IOException} says that the daemon, or the kernel, has refused it. */
    abstract void strike() throws IOException, InterruptedException;

    /** Frees what it holds; nothing where each strike frees what it takes. */
    void release() {}

    final void count(long more) {
        done.add(more);
    }

    /** The daemon has done what it must not do. The first one is kept. */
    final void complain(String text) {
        if (complaint.isEmpty()) {
            complaint = Optional.of(text);
        }
    }

    public final Sight sight() {
        return sight;
    }

    /** How often it was done so far. */
    public final long done() {
        return done.sum();
    }

    /** How often it was refused so far. */
    public final long refused() {
        return refused.sum();
    }

    /** What the daemon has done that it must not do. */
    public final Optional<String> complaint() {
        return complaint;
    }

    @Override
    public final void close() {
        ended = true;
        thread.interrupt();
        release();
        try {
            if (!thread.join(END_PATIENCE)) {
                throw new TestbedException("the attack '" + sight.name() + "' has not ended");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!ended) {
            try {
                strikeOrPause();
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException fault) {
                if (!ended) {
                    complain("the attack itself has failed: " + fault);
                }
                return;
            }
        }
    }

    private void strikeOrPause() throws InterruptedException {
        try {
            strike();
        } catch (IOException _) {
            refused.increment();
            Thread.sleep(PAUSE);
        }
    }
}
