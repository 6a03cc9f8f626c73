package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Sockets that appear in a watched folder and are gone a moment later. */
final class FlashingSockets extends Attack {
    private static final int AT_ONCE = 20;
    private static final Duration STAY = Duration.ofMillis(100);

    private final Path folder;
    private long number;

    FlashingSockets(Path folder) {
        super(Sight.of("sockets that appear and are gone", "sockets"));
        this.folder = folder;
    }

    @Override
    void strike() throws IOException, InterruptedException {
        long first = number;
        number += AT_ONCE;
        try {
            for (long i = first; i < number; i++) {
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(socket(i)))
                        .close();
                count(1);
            }
            Thread.sleep(STAY);
        } finally {
            for (long i = first; i < number; i++) {
                Files.deleteIfExists(socket(i));
            }
        }
    }

    private Path socket(long i) {
        return folder.resolve("flash-" + i + ".qmp");
    }
}
