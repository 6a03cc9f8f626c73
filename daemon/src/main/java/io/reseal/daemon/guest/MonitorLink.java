package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.policy.GuestState;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.Signal;
import io.reseal.policy.VcpuCounters;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connection to one guest's monitor: made, identified, sampled, lost and made again. Confined to the event loop. */
final class MonitorLink {
    /** Whom the link serves. */
    interface Owner {
        void signal(Signal signal);

        void linkChanged();

        GuestState known();

        Instant now();
    }

    /** Events that are kept while a guest is identified; a guest in a reset loop makes them without end. */
    static final int MOST_EARLY = 1000;

    /** Reading {@code cmdline} waits for a process that is stuck in the kernel; its guest is watched without it. */
    private static final Duration PROC_PATIENCE = Duration.ofSeconds(5);

    private final Context context;
    private final GuestName name;
    private final EventLoop loop;
    private final Owner owner;
    private final GuestLog log;
    private final Retry retry;
    private final Sampling sampling;
    private Attempt attempt = new Attempt();
    private Trouble trouble = Trouble.NONE;
    private boolean wasMute;
    private boolean closed;
    private Map<String, String> launch = Map.of();

    MonitorLink(Context context, GuestName name, EventLoop loop, Owner owner) {
        this.context = context;
        this.name = name;
        this.loop = loop;
        this.owner = owner;
        this.log = new GuestLog(name.name());
        this.retry = new Retry(loop, context.random(), this::open);
        this.sampling = new Sampling(context, loop, owner, this::quiet);
    }

    Trouble trouble() {
        return trouble;
    }

    Map<String, String> launch() {
        return launch;
    }

    /** The monitor, while nothing is wrong with it and no reset is under way: then the guest may be asked in passing. */
    private Optional<Monitor> quiet() {
        return trouble.kind() == Trouble.Kind.NONE && owner.known().open().isEmpty() ? monitor() : Optional.empty();
    }

    /** The present connection, identified or not. */
    Optional<Monitor> monitor() {
        return Optional.ofNullable(attempt.monitor);
    }

    void open() {
        if (!closed) {
            attempt = new Attempt();
            attempt.begin();
        }
    }

    void retryNow() {
        if (attempt.monitor == null) {
            retry.atOnce();
        }
    }

    void close() {
        closed = true;
        retry.cancel();
        sampling.callOff();
        attempt.end();
    }

    /** What is seen counts only if the guest is still that process when it is told. */
    void lookAtProcess() {
        var process = process();
        CompletableFuture.supplyAsync(
                        () -> process.map(context.host().processes()::look).orElse(Signal.ProcessState.UNKNOWN),
                        context.blocking())
                .thenAcceptAsync(
                        state -> {
                            if (process.equals(process())) {
                                owner.signal(new Signal.ProcessSeen(now(), state));
                            }
                        },
                        loop);
    }

    private Optional<ProcessId> process() {
        return owner.known().facts().flatMap(facts -> facts.identity().process());
    }

    private void failed(Attempt which, Throwable failure) {
        if (which.isOver()) {
            return;
        }
        which.over = true;
        which.monitor = null;
        var found = Trouble.of(name.socket(), Failures.cause(failure), wasMute);
        if (!found.equals(trouble)) {
            log.warn(found.detail());
        }
        trouble = found;
        if (owner.known().link() == GuestState.Link.DOWN) {
            lookAtProcess();
        }
        owner.linkChanged();
        retry.afterFailure();
    }

    private Instant now() {
        return owner.now();
    }

    /** One try to connect, and the connection that came of it. */
    private final class Attempt implements QmpListener {
        private final List<QmpEvent> early = new ArrayList<>();
        private CompletableFuture<QmpConnection> connecting = new CompletableFuture<>();
        private long lifecycleEvents;
        private boolean identified;
        private boolean over;
        private @Nullable Monitor monitor;

        void begin() {
            connecting = context.client().connect(name.socket(), this, loop);
            connecting.whenComplete((connection, failure) -> {
                if (failure == null) {
                    connected(connection);
                } else {
                    failed(this, failure);
                }
            });
        }

        void end() {
            connecting.cancel(false);
            if (monitor != null) {
                monitor.connection().close();
            }
        }

        private void connected(QmpConnection connection) {
            var made = new Monitor(connection, context.listener(), () -> lifecycleEvents);
            monitor = made;
            CompletableFuture.supplyAsync(
                            () -> Peer.of(connection, context.host().processes()), context.blocking())
                    .completeOnTimeout(Peer.UNKNOWN, PROC_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .thenComposeAsync(process -> new Identification(made, process, context, log).find(), loop)
                    .thenAccept(this::attached)
                    .exceptionally(failure -> {
                        failed(this, failure);
                        connection.close();
                        return null;
                    });
        }

        private void attached(Identification.Found found) {
            if (isOver()) {
                return;
            }
            if (early.size() >= MOST_EARLY) {
                throw new UnsettledException(name.socket(), MOST_EARLY + " events and more came");
            }
            trouble = Trouble.NONE;
            wasMute = false;
            retry.succeeded();
            launch = found.launch();
            log.info("attached: %s guest, QEMU %s, %s"
                    .formatted(
                            found.facts().kind().text(),
                            found.facts().qemu(),
                            found.situation().runState()));
            int incarnation = owner.known().life().incarnation();
            owner.signal(new Signal.Attached(now(), found.facts(), found.situation()));
            identified = true;
            tellEarly(owner.known().life().incarnation() > incarnation);
            sampling.begin();
        }

        /**
         * The guest was read after these events, so only a RESET among them is news, unless it was inferred from what was read.
         * The counters that were read do not tell what they were before it.
         */
        private void tellEarly(boolean resetInferred) {
            boolean news = !resetInferred && early.stream().anyMatch(QmpEvent.Reset.class::isInstance);
            if (news) {
                owner.signal(new Signal.CountersRead(now(), VcpuCounters.NONE));
                early.forEach(this::deliver);
            }
            early.clear();
        }

        @Override
        public void onEvent(QmpEvent event) {
            context.listener().eventSeen(name.name(), event.name(), Events.detail(event));
            if (Events.changesDevices(event) && identified && !isOver()) {
                sampling.hurry();
            }
            if (!Events.lifecycle(event)) {
                return;
            }
            lifecycleEvents++;
            if (identified) {
                deliver(event);
            } else if (early.size() < MOST_EARLY) {
                early.add(event);
            }
        }

        private void deliver(QmpEvent event) {
            Events.signal(event, now()).ifPresent(owner::signal);
        }

        @Override
        public void onClosed(QmpException cause) {
            if (isOver()) {
                return;
            }
            sampling.callOff();
            failed(this, cause);
            if (identified) {
                owner.signal(new Signal.Detached(now(), Failures.text(cause)));
            }
        }

        /** Whether nothing that this attempt brings counts any more. */
        private boolean isOver() {
            return closed || over;
        }

        @Override
        public void onMute(Duration silence) {
            if (isOver()) {
                return;
            }
            wasMute = true;
            trouble = Trouble.mute(name.socket(), silence);
            log.warn(trouble.detail());
            owner.linkChanged();
        }

        @Override
        public void onHeard() {
            if (isOver()) {
                return;
            }
            wasMute = false;
            trouble = Trouble.NONE;
            log.info("the monitor answers again");
            owner.linkChanged();
        }
    }
}
