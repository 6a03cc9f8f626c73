package io.reseal.policy.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/**
 * Many runs of {@link Simulation}, on all processors. {@code main} makes new ones for so many minutes, and ends with 1 at the first
 * that finds something: {@code scripts/simulate}.
 */
final class Simulations {
    private static final long AT_A_TIME = 20_000;

    /** The runs with {@code count} seeds from {@code first} on, up to the first that finds something. */
    static Tally all(long first, long count) {
        var found = new AtomicReference<Optional<String>>(Optional.empty());
        var tally = LongStream.range(first, first + count)
                .parallel()
                .filter(_ -> found.get().isEmpty())
                .mapToObj(seed -> one(seed, found))
                .collect(Tally::new, Tally::add, Tally::add);
        found.get().ifPresent(what -> {
            throw new AssertionError(what);
        });
        return tally;
    }

    private static Tally one(long seed, AtomicReference<Optional<String>> found) {
        try {
            return new Simulation(seed, false).run();
        } catch (RuntimeException | AssertionError e) {
            found.set(Optional.of("seed " + seed + ": " + e));
            return new Tally();
        }
    }

    /**
     * Makes new runs, or shows one.
     *
     * @param args minutes, and perhaps the first seed; or {@code --show} and the seed
     */
    public static void main(String[] args) {
        try {
            if (args[0].equals("--show")) {
                System.out.println("simulate: " + new Simulation(Long.parseLong(args[1]), true).run());
            } else {
                long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
                last(Duration.ofMinutes(Long.parseLong(args[0])), seed);
            }
            System.out.println("simulate: nothing found");
        } catch (AssertionError found) {
            System.out.println("simulate: found something: " + found.getMessage());
            System.exit(1);
        }
    }

    private static void last(Duration time, long first) {
        System.out.printf("simulate: seeds from %d on%n", first);
        long end = System.nanoTime() + time.toNanos();
        var tally = new Tally();
        for (long seed = first; System.nanoTime() < end; seed += AT_A_TIME) {
            tally.add(all(seed, AT_A_TIME));
            System.out.println("simulate: " + tally);
        }
    }

    private Simulations() {}
}
