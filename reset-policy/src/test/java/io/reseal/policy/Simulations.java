package io.reseal.policy;

import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Many runs of {@link Simulation}, on all processors. {@code main} makes new ones for so many minutes, and ends with 1 at the first
 * that finds something: {@code scripts/simulate}.
 */
final class Simulations {
    private static final long AT_A_TIME = 20_000;

    /** The runs with {@code count} seeds from {@code first} on. */
    static Tally all(long first, long count) {
        return LongStream.range(first, first + count)
                .parallel()
                .mapToObj(Simulations::one)
                .collect(Tally::new, Tally::add, Tally::add);
    }

    private static Tally one(long seed) {
        try {
            return new Simulation(seed).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes new runs.
     *
     * @param args minutes, and perhaps the first seed
     */
    public static void main(String[] args) {
        long end =
                System.nanoTime() + Duration.ofMinutes(Long.parseLong(args[0])).toNanos();
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.printf("simulate: seeds from %d on%n", seed);
        var tally = new Tally();
        try {
            for (; System.nanoTime() < end; seed += AT_A_TIME) {
                tally.add(all(seed, AT_A_TIME));
                System.out.println("simulate: " + tally);
            }
        } catch (AssertionError e) {
            System.out.println("simulate: found something: " + e.getMessage());
            System.exit(1);
        }
        System.out.println("simulate: nothing found");
    }

    private Simulations() {}
}
