package io.reseal.daemon.discovery.libvirt;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.discovery.libvirt.Virsh.Domain;
import io.reseal.daemon.status.GuestName;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives running domains of libvirt a monitor of Reseal's own, again after it was lost, and reports each. libvirt's monitor is
 * left alone. Runs on one thread of its own, since virsh blocks.
 */
public final class LibvirtDomains implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.libvirt");
    private static final Duration LOOK_AT_SOCKETS = Duration.ofSeconds(1);
    private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(2);

    private record Known(GuestName guest, Domain domain) {}

    private final ResealConfig.Libvirt settings;
    private final Supplier<Discovery.Scope> scope;
    private final Discovery.Listener listener;
    private final Virsh virsh;
    private final HotAttachedMonitor monitors;
    private final LibvirtEvents events;
    private final Thread thread;
    private final Map<String, Known> known = new HashMap<>();
    /** By UUID, runs of domains whose QEMU takes no monitor: they are not asked again. */
    private final Map<String, Domain> without = new HashMap<>();
    /** What went wrong last, by domain or for all: each trouble is told once. */
    private final Map<String, String> troubles = new HashMap<>();

    /** @param discovery knows what the configuration calls other guests */
    public LibvirtDomains(ResealConfig.Libvirt settings, Discovery discovery, Discovery.Listener listener) {
        this(settings, discovery::scope, listener, new Virsh("virsh", settings.uri()));
    }

    LibvirtDomains(
            ResealConfig.Libvirt settings, Supplier<Discovery.Scope> scope, Discovery.Listener listener, Virsh virsh) {
        this.settings = settings;
        this.scope = scope;
        this.listener = listener;
        this.virsh = virsh;
        this.monitors = new HotAttachedMonitor(virsh);
        this.events = new LibvirtEvents(virsh);
        this.thread = Thread.ofPlatform().name("libvirt").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Looks no more; what domains were given stays until {@link #leave}. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            if (thread.getState() != Thread.State.NEW && !thread.join(PATIENCE_AT_CLOSE)) {
                LOG.warn("virsh takes long: not waiting for it");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }

    /** After the last connection was closed: QEMU deletes each monitor that had one, and here the others are. */
    public void leave() {
        for (var each : known.values()) {
            if (Files.exists(each.guest().socket())) {
                try {
                    monitors.detach(each.domain());
                } catch (LibvirtException unreachable) {
                    LOG.warn("{}: its monitor stays: {}", each.guest().name(), unreachable.getMessage());
                }
            }
        }
    }

    private void run() {
        try {
            while (true) {
                try {
                    scan();
                } catch (LibvirtException failed) {
                    trouble("", failed.getMessage());
                } catch (RuntimeException unforeseen) {
                    LOG.error("a look at libvirt failed, the next one is at the rescan time", unforeseen);
                }
                awaitNews();
            }
        } catch (InterruptedException _) {
            LOG.debug("closed");
        }
    }

    private void scan() {
        events.listen();
        var running = virsh.running().stream().filter(this::isWanted).toList();
        troubles.remove("");
        rename();
        running.forEach(domain -> see(domain, running));
        miss(running);
    }

    /** Those whose name the configuration has given to another guest since. */
    private void rename() {
        known.values().removeIf(each -> {
            boolean changed = !called(each.domain()).equals(each.guest());
            if (changed) {
                listener.removed(each.guest(), Discovery.Removal.OTHER_NAME);
                monitors.detach(each.domain());
            }
            return changed;
        });
    }

    private GuestName called(Domain domain) {
        return scope.get().naming().domain(domain.name(), domain.uuid(), settings.directory());
    }

    private boolean isWanted(Domain domain) {
        return settings.domains().stream().anyMatch(glob -> glob.matches(domain.name()));
    }

    private void see(Domain domain, List<Domain> running) {
        var before = known.get(domain.uuid());
        if (domain.equals(without.get(domain.uuid()))) {
            return;
        }
        if (before != null
                && before.domain().equals(domain)
                && Files.exists(before.guest().socket())) {
            return;
        }
        try {
            var guest = before == null ? name(domain, running) : before.guest();
            if (before == null && !listener.admits(guest)) {
                throw new LibvirtException("there are as many guests as limits.guests allows: raise that");
            }
            Files.createDirectories(settings.directory());
            monitors.attach(domain, guest.socket());
            known.put(domain.uuid(), new Known(guest, domain));
            troubles.remove(domain.uuid());
            listener.found(guest);
        } catch (LibvirtException refused) {
            if (refused instanceof HotAttachedMonitor.NoMonitorException) {
                without.put(domain.uuid(), domain);
            }
            trouble(domain.uuid(), "domain " + domain.name() + " is not watched: " + refused.getMessage());
        } catch (IOException refused) {
            trouble(
                    domain.uuid(),
                    "the directory %s cannot be made: create it, writable for the user that runs QEMU (%s)"
                            .formatted(settings.directory(), refused.getMessage()));
        }
    }

    private GuestName name(Domain domain, List<Domain> running) {
        var guest = called(domain);
        if (SocketPath.bytes(guest.socket()).length > SocketPath.MOST_BYTES) {
            throw new LibvirtException(
                    "the path %s is longer than the %d bytes of a socket's: choose a shorter discovery.libvirt.directory"
                            .formatted(SocketPath.text(guest.socket()), SocketPath.MOST_BYTES));
        }
        if (!succeeds(guest, running) && !listener.forgotten(guest)) {
            throw new LibvirtException("another guest is called " + guest.name() + " already: rename one of them");
        }
        return guest;
    }

    /** Whether the domain that had this name has stopped: then the QEMU behind the socket is identified by its UUID. */
    private boolean succeeds(GuestName guest, List<Domain> running) {
        return known.values()
                .removeIf(each -> each.guest().equals(guest)
                        && running.stream()
                                .noneMatch(domain ->
                                        domain.uuid().equals(each.domain().uuid())));
    }

    private void miss(List<Domain> running) {
        var uuids = running.stream().map(Domain::uuid).toList();
        known.values().removeIf(each -> {
            if (uuids.contains(each.domain().uuid())) {
                return false;
            }
            listener.gone(each.guest());
            return listener.forgotten(each.guest());
        });
        without.keySet().retainAll(uuids);
        troubles.keySet().removeIf(domain -> !domain.isEmpty() && !uuids.contains(domain));
    }

    private void trouble(String about, String message) {
        if (!message.equals(troubles.put(about, message))) {
            LOG.warn(message);
        }
    }

    /** Until a domain has started or ended, a monitor was lost, or it is time to look again. */
    private void awaitNews() throws InterruptedException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < scope.get().rescan().toNanos()) {
            if (events.await(LOOK_AT_SOCKETS) || lostMonitor().isPresent()) {
                return;
            }
        }
    }

    /** The monitor is lost with the connection: QEMU has deleted it, or has ended. */
    private Optional<Path> lostMonitor() {
        return known.values().stream()
                .map(each -> each.guest().socket())
                .filter(socket -> !Files.exists(socket))
                .findFirst();
    }
}
