package io.reseal.igvm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The samples as they are in each run of the tests; what a fuzzer makes of them when {@code ./check} calls scripts/fuzz. */
final class IgvmFuzzTest {
    static Stream<Arguments> samples() {
        return Samples.all().stream().map(sample -> Arguments.of((Object) sample.content()));
    }

    @MethodSource("samples")
    @FuzzTest
    void any_bytes_are_an_igvm_file_or_are_rejected(byte[] bytes) {
        Hostile.file(MemorySegment.ofArray(bytes));
        Hostile.file(MemorySegment.ofArray(Hostile.resealed(bytes)));
    }
}
