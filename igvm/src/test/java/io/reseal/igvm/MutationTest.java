package io.reseal.igvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class MutationTest {
    private static final long SEED = 20261122;
    private static final int PARTS = 8;
    private static final int LARGEST = 9_000;

    @Test
    void mutated_files_are_read_or_rejected_and_nothing_else() {
        assertReadOrRejected(50_000);
    }

    @Test
    @Tag("long")
    void a_million_mutated_files_are_read_or_rejected_and_nothing_else() {
        assertReadOrRejected(1_000_000);
    }

    /** Two minutes are some ten times of what a million need: a hang is a failure, slowness is not. */
    private static void assertReadOrRejected(int mutants) {
        var samples = Samples.all().stream()
                .map(Samples.Sample::content)
                .filter(each -> each.length > 32 && each.length < LARGEST)
                .toList();
        int accepted = Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> IntStream.range(0, PARTS)
                        .parallel()
                        .map(part -> accepted(samples, mutants / PARTS, new Random(SEED + part)))
                        .sum());
        // both sides of the rules are reached
        assertThat(accepted).isBetween(mutants / 20, mutants - mutants / 20);
    }

    private static int accepted(List<byte[]> samples, int mutants, Random random) {
        int accepted = 0;
        for (int i = 0; i < mutants; i++) {
            var mutant = mutated(samples.get(random.nextInt(samples.size())), random);
            boolean seal = random.nextInt(8) != 0;
            if (Hostile.file(MemorySegment.ofArray(seal ? Hostile.resealed(mutant) : mutant))) {
                accepted++;
            }
        }
        return accepted;
    }

    /** One to four changes, most of them in the headers, for file data is only measured. */
    private static byte[] mutated(byte[] sample, Random random) {
        var mutant = sample.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(random.nextInt(4) == 0 ? mutant.length : Math.min(mutant.length, 600));
            mutant[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) (mutant[at] ^ 1 << random.nextInt(8));
                case 1 -> (byte) random.nextInt(256);
                case 2 -> (byte) 0xFF;
                default -> 0;
            };
        }
        return mutant;
    }
}
