package io.reseal.testbed.hostile;

import io.reseal.testbed.process.HangingMount;
import io.reseal.testbed.qemu.QemuBinary;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All attacks at once. For one thread. */
public final class Attacks implements AutoCloseable {
    private final List<Attack> all = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /**
     * What is attacked.
     *
     * @param folder where the daemon looks for sockets
     * @param point where it looks for sockets, too, and a file system is mounted
     * @param http the daemon's address
     * @param monitors of the good guests
     */
    public record Target(Path folder, Path point, URI http, List<Path> monitors) {}

    public Attacks(Target target) {
        all.addAll(HostileMonitor.all(target.folder()));
        all.add(new ErrorTexts(target.folder()));
        if (isPossible("files that hang", HangingMount.obstacle())) {
            all.add(new HangingFiles(target.folder(), target.point()));
        }
        if (isPossible("a stopped QEMU, and another client", QemuBinary.find().obstacle())) {
            all.add(new StoppedGuest(target.folder()));
            all.add(new OtherClient(target.folder()));
        }
        all.add(new QueuedClients(target.monitors()));
        all.add(new FlashingSockets(target.folder()));
        all.addAll(clients(target.http()));
    }

    private static List<Attack> clients(URI daemon) {
        return List.of(
                HeldConnections.streams(daemon),
                HeldConnections.idle(daemon),
                HeldConnections.unread(daemon),
                new SlowRequests(daemon),
                new PipelinedRequests(daemon),
                new ForeignHosts(daemon),
                new ForgedUrls(daemon));
    }

    private boolean isPossible(String what, Optional<String> obstacle) {
        obstacle.ifPresent(reason -> leftOut.add(what + ": " + reason));
        return obstacle.isEmpty();
    }

    public void begin() {
        all.forEach(Attack::begin);
    }

    public List<Attack> all() {
        return List.copyOf(all);
    }

    /** What this machine does not allow, with the reason. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    @Override
    public void close() {
        all.forEach(Attack::close);
    }
}
