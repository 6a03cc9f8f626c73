package io.reseal.policy.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/**
 * Many runs of {@link Simulation}, on all processors. {@code main} makes new ones for so many minutes, and ends with 1 at the first
 * that finds something: {@code scripts/simulate}.
 */
final class Simulations {
    private static final long AT_A_TIME = 20_000;

    /** Seeds of what happens in one run of ten thousand or fewer; {@code --walked} finds them again when the models change. */
    private static final long[] RARE = {
        10_299, 12_140, 13_403, 22_351, 22_595, 24_244, 24_837, 24_838, 30_486, 32_172, 40_148, 43_586, 51_112, 54_221,
        68_717, 73_313, 116_129, 148_353, 148_829, 163_289, 267_907, 597_872
    };

    private static final long KEPT = 10_000;

    /** Runs that are made each time: whatever one of them found once is found again. */
    private static final class Kept {
        static final Tally COMMON = all(0, KEPT);
        static final Tally ALL = LongStream.of(RARE)
                .mapToObj(seed -> all(seed, 1))
                .collect(Tally::new, Tally::add, Tally::add)
                .add(COMMON);
    }

    static Tally kept() {
        return Kept.COMMON;
    }

    /** With those of what is rare. */
    static Tally keptWithRare() {
        return Kept.ALL;
    }

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
     * Makes new runs, or shows one, or which transitions many runs walk through and the first seed that does.
     *
     * @param args minutes, and perhaps the first seed; or {@code --show} and the seed; or {@code --walked} and how many
     */
    public static void main(String[] args) {
        try {
            if (args[0].equals("--show")) {
                System.out.println("simulate: " + new Simulation(Long.parseLong(args[1]), true).run());
            } else if (args[0].equals("--walked")) {
                walked(Long.parseLong(args[1]));
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

    private static void walked(long count) {
        var first = new ConcurrentSkipListMap<Transition, Long>();
        LongStream.range(0, count).parallel().forEach(seed -> {
            var tally = new Simulation(seed, false).run();
            tally.phases.forEach(walked -> first.merge(walked, seed, Math::min));
        });
        first.forEach((walked, seed) -> System.out.println(walked + " first by seed " + seed));
        System.out.println(StateDrawing.lines(first.keySet()));
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
