package io.reseal.igvm.firmware;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class FirmwareFuzzTest {
    private static final int MUTANTS = 8_000;
    private static final Machine MACHINE = new Machine(2, new CpuSignature(0x800f12));

    static Stream<Arguments> images() {
        return Stream.of(Images.whole(), Images.withoutTable()).map(image -> Arguments.of((Object) image.bytes()));
    }

    @MethodSource("images")
    @FuzzTest
    void any_bytes_are_measured_as_firmware_or_are_rejected(byte[] bytes) {
        measure(bytes);
        var tail = new byte[Images.SIZE];
        int length = Math.min(bytes.length, tail.length);
        System.arraycopy(bytes, bytes.length - length, tail, tail.length - length, length);
        measure(tail);
    }

    @Test
    void firmware_is_measured_or_is_rejected_at_each_prefix() {
        var whole = Images.whole().bytes();
        for (int length = 0; length < whole.length; length += 16) {
            measure(Arrays.copyOf(whole, length));
        }
    }

    /** Changes in the metadata and the table; what else is in an image is only hashed. */
    @Test
    void firmware_is_measured_or_is_rejected_however_its_metadata_is_changed() {
        var random = new Random(20261122);
        for (int i = 0; i < MUTANTS; i++) {
            var mutant = Images.whole().bytes();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = switch (random.nextInt(3)) {
                    case 0 -> Images.SEV_AT + random.nextInt(64);
                    case 1 -> Images.TDVF_AT + random.nextInt(128);
                    default -> Images.SIZE - 160 + random.nextInt(160);
                };
                mutant[at] = (byte) random.nextInt(256);
            }
            measure(mutant);
        }
    }

    private static void measure(byte[] bytes) {
        try {
            var image = FirmwareImage.of(MemorySegment.ofArray(bytes));
            measured(() -> SnpFirmware.of(image, MACHINE, 1));
            measured(() -> TdxFirmware.of(image));
        } catch (FirmwareException _) {
            // as it should be
        }
    }

    private static void measured(Runnable measurement) {
        try {
            measurement.run();
        } catch (FirmwareException _) {
            // as it should be
        }
    }
}
