package io.reseal.daemon.discovery.libvirt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that a domain has started or ended, by a {@code virsh event} that runs all the time. It makes looking quick; that a
 * look comes all the same makes it certain. Confined to one thread.
 */
final class LibvirtEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.libvirt");

    private final Virsh virsh;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private @Nullable Process process;

    LibvirtEvents(Virsh virsh) {
        this.virsh = virsh;
    }

    /** Begins to listen, also again when libvirt was restarted. */
    void listen() {
        if (process == null || !process.isAlive()) {
            var started = virsh.follow();
            process = started;
            Thread.ofPlatform().daemon().name("virsh event").start(() -> read(started));
        }
    }

    /** Its end is no news: while libvirt is away that would be an endless succession of them. */
    private void read(Process source) {
        try (var reader = source.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException ended) {
            LOG.debug("virsh event: {}", ended.getMessage());
        }
    }

    /** Waits for news, at most that long. */
    boolean await(Duration patience) throws InterruptedException {
        boolean news = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS) != null;
        lines.clear();
        return news;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
        }
    }
}
