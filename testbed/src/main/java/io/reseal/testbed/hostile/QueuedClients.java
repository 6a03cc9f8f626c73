package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Clients that come to a monitor that the daemon has already, wait in its queue, and go. QEMU serves one at a time. */
final class QueuedClients extends Attack {
    private static final Duration STAY = Duration.ofMillis(50);

    private final List<Path> monitors;
    private int next;

    QueuedClients(List<Path> monitors) {
        super(Sight.of("clients in the queues of the good guests' monitors", "connections"));
        this.monitors = monitors;
    }

    @Override
    void strike() throws IOException, InterruptedException {
        var socket = monitors.get(next++ % monitors.size());
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            count(channel.isConnected() ? 1 : 0);
            Thread.sleep(STAY);
        }
    }
}
