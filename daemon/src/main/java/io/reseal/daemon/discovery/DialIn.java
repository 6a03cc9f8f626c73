package io.reseal.daemon.discovery;

import io.netty.channel.EventLoop;
import io.reseal.daemon.guest.Monitors;
import io.reseal.daemon.log.Failures;
import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.daemon.status.GuestName;
import io.reseal.qmp.PeerProcess;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpServer;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpText;
import io.reseal.qmp.QmpTransport;
import io.reseal.qmp.SocketPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests whose QEMU connects to Reseal. Each is called by its QEMU's {@code -name}, else by its UUID. One that disconnects is waited for
 * while its process lives: QEMU dials in again. Who comes and goes is decided on a thread of its own; connections are taken on
 * their event loop, which is that of all guests.
 */
public final class DialIn implements Monitors, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.dial-in");
    /** How long a guest waits for its QEMU before it is looked whether that still lives. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

    /** Told to the guest while its QEMU has not come back. */
    private static final class NotThereException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotThereException(Path socket) {
            super(SocketPath.text(socket)
                    + ": expected QEMU to dial in again, but it has not so far; Reseal waits, unknown is not dead");
        }
    }

    /** A guest that dialled in, with a handle on the process of that QEMU. */
    private record Known(Visitor visitor, Optional<PeerProcess> process) {
        /** Whether it may come back. Where the kernel gives no handle, only the connection tells. */
        boolean lives() {
            return visitor.isThere()
                    || process.map(handle -> !handle.hasEnded()).orElse(false);
        }
    }

    private final Supplier<Discovery.Scope> scope;
    private final Discovery.Listener listener;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("dial-in").daemon().factory());
    /** By name: connected, and not taken by the guest yet. */
    private final Map<GuestName, Visitor> waiting = new ConcurrentHashMap<>();
    /** Confined to the thread. */
    private final Map<GuestName, Known> known = new HashMap<>();

    private final AtomicReference<String> warned = new AtomicReference<>("");
    /** Read by each guest's loop. */
    private final List<QmpServer> servers = new CopyOnWriteArrayList<>();

    /** @param discovery knows what the configuration calls other guests */
    public DialIn(Discovery discovery, Discovery.Listener listener) {
        this(discovery::scope, listener);
    }

    DialIn(Supplier<Discovery.Scope> scope, Discovery.Listener listener) {
        this.scope = scope;
        this.listener = listener;
    }

    /**
     * Accepts connections of QEMUs from now on.
     *
     * @throws QmpException.ListenFailed if one of the sockets cannot be made
     */
    public void listen(QmpTransport transport, QmpSettings settings, List<Path> sockets) {
        for (var socket : sockets) {
            servers.add(QmpServer.listen(transport, settings, socket, connecting -> receive(socket, connecting)));
            LOG.info("{}: QEMU may dial in", SocketPath.text(socket));
        }
        long millis = scope.get().rescan().toMillis();
        thread.scheduleWithFixedDelay(this::lookForTheLost, millis, millis, TimeUnit.MILLISECONDS);
    }

    private QmpListener receive(Path socket, CompletableFuture<QmpConnection> connecting) {
        var visitor = new Visitor(connecting);
        connecting.thenCompose(connection -> identified(connection, socket)).whenComplete((name, failure) -> {
            if (failure != null) {
                warn(SocketPath.text(socket) + ": let go of one that dialled in: " + reason(failure));
                visitor.letGo();
            } else {
                hand(visitor, name);
            }
        });
        return visitor;
    }

    private CompletableFuture<GuestName> identified(QmpConnection connection, Path socket) {
        var replies = connection.executeTogether(List.of(QemuCommand.NAME.command(), QemuCommand.UUID.command()));
        return replies.getFirst().thenCombine(replies.getLast(), (named, numbered) -> {
            var name = named.path("name").stringValue("");
            var uuid = numbered.path("UUID").stringValue(NO_UUID);
            if (name.isEmpty() && uuid.equals(NO_UUID)) {
                throw new IllegalArgumentException("it has neither a name nor a UUID: give QEMU -name or -uuid");
            }
            if (name.length() + uuid.length() > QmpText.MOST_CHARACTERS) {
                throw new IllegalArgumentException(
                        "its name or its UUID is longer than %d characters: give QEMU a shorter -name"
                                .formatted(QmpText.MOST_CHARACTERS));
            }
            return scope.get()
                    .naming()
                    .visitor(name.isEmpty() ? uuid : name, uuid.equals(NO_UUID) ? name : uuid, socket);
        });
    }

    private void hand(Visitor visitor, GuestName name) {
        var process = visitor.connection().openPeerProcess(); // here, on the event loop
        try {
            thread.execute(() -> arrived(name, new Known(visitor, process)));
        } catch (RejectedExecutionException _) { // closed
            process.ifPresent(PeerProcess::close);
            visitor.letGo();
        }
    }

    private void arrived(GuestName name, Known arrival) {
        var before = known.get(name);
        if (before != null && before.visitor().isThere() && isOther(before.visitor(), arrival.visitor())) {
            warn(
                    "%s: let go of a QEMU%s that calls itself %s while another one%s is connected under that name: give each its own -name"
                            .formatted(
                                    SocketPath.text(name.socket()),
                                    pid(arrival.visitor()),
                                    name.name(),
                                    pid(before.visitor())));
            refuse(arrival);
            return;
        }
        if (before == null && !listener.admits(name)) {
            warn("%s: let go of a QEMU that dialled in: there are as many guests as limits.guests allows: raise that"
                    .formatted(SocketPath.text(name.socket())));
            refuse(arrival);
            return;
        }
        forgetFormerNames(name, arrival.visitor());
        known.put(name, arrival);
        if (before != null) {
            before.process().ifPresent(PeerProcess::close);
        }
        var unused = waiting.put(name, arrival.visitor());
        if (unused != null) {
            unused.letGo();
        }
        listener.found(name);
    }

    private static void refuse(Known arrival) {
        arrival.process().ifPresent(PeerProcess::close);
        arrival.visitor().letGo();
    }

    /** QEMU comes again and again: the same trouble is told once. */
    private void warn(String trouble) {
        if (!trouble.equals(warned.getAndSet(trouble))) {
            LOG.warn(trouble);
        }
    }

    private static String reason(Throwable failure) {
        var cause = Failures.cause(failure);
        return String.valueOf(cause.getMessage());
    }

    private static boolean isOther(Visitor one, Visitor another) {
        return one.pid().isPresent() && another.pid().isPresent() && !one.pid().equals(another.pid());
    }

    private static String pid(Visitor visitor) {
        return visitor.pid().map(" (pid %d)"::formatted).orElse("");
    }

    /** The configuration was changed since: the same QEMU has another name now. */
    private void forgetFormerNames(GuestName name, Visitor visitor) {
        known.entrySet().removeIf(entry -> {
            boolean former = !entry.getKey().equals(name)
                    && !entry.getValue().visitor().isThere()
                    && entry.getValue().lives()
                    && visitor.pid().isPresent()
                    && entry.getValue().visitor().pid().equals(visitor.pid());
            if (former) {
                listener.removed(entry.getKey(), Discovery.Removal.OTHER_NAME);
                entry.getValue().process().ifPresent(PeerProcess::close);
            }
            return former;
        });
    }

    private void lookForTheLost() {
        known.entrySet().removeIf(entry -> {
            if (entry.getValue().lives()) {
                return false;
            }
            listener.gone(entry.getKey());
            boolean forgotten = listener.forgotten(entry.getKey());
            if (forgotten) {
                entry.getValue().process().ifPresent(PeerProcess::close);
            }
            return forgotten;
        });
    }

    /** The connection that waits, else a failure after a while: what fails looks whether the process lives, and asks again. */
    @Override
    public CompletableFuture<QmpConnection> connect(GuestName guest, QmpListener taker, EventLoop loop) {
        var visitor = waiting.remove(guest);
        var taken = visitor == null ? Optional.<QmpConnection>empty() : visitor.take(taker);
        if (taken.isPresent()) {
            return CompletableFuture.completedFuture(taken.get());
        }
        var none = new CompletableFuture<QmpConnection>();
        loop.schedule(
                () -> none.completeExceptionally(new NotThereException(guest.socket())),
                PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
        return none;
    }

    /** Whether that guest is one of those that dial in. For any thread. */
    public boolean has(GuestName guest) {
        return servers.stream().anyMatch(server -> server.socket().equals(guest.socket()));
    }

    /** Where who comes and goes is decided; for those who want to know that it goes on. */
    public Executor thread() {
        return thread;
    }

    /** Accepts no more; connections that guests have taken stay. */
    @Override
    public void close() {
        servers.forEach(QmpServer::close);
        thread.shutdownNow();
        waiting.values().forEach(Visitor::letGo);
    }
}
