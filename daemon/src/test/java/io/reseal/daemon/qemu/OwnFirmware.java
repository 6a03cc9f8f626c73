package io.reseal.daemon.qemu;

import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

/** A copy of the tiny guest's firmware that a test may change. */
final class OwnFirmware {
    /** Between code and metadata of the tiny guest: measured, and never executed. */
    private static final int UNUSED = 0x7000;

    private static final Duration CLEARLY = Duration.ofMillis(200);

    /** So old that no guest that starts from now on can be older. */
    static Path in(Testbed testbed) throws IOException {
        var firmware = Files.copy(TinyGuest.image(), testbed.folder().resolve("firmware.bin"));
        letTimePass();
        return firmware;
    }

    /** So that a file of before is clearly older than what starts now. */
    static void letTimePass() {
        var clearlyLater = Instant.now().plus(CLEARLY);
        await().until(() -> Instant.now().isAfter(clearlyLater));
    }

    /** Other firmware that runs as well. */
    static byte[] changed(int value) throws IOException {
        var image = Files.readAllBytes(TinyGuest.image());
        image[UNUSED] = (byte) value;
        return image;
    }

    /** Changes it in place. */
    static void change(Path firmware) throws IOException {
        try (var file = FileChannel.open(firmware, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), UNUSED);
        }
    }

    private OwnFirmware() {}
}
