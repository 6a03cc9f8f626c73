package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.reseal.policy.GuestFacts.ProcessId;
import io.reseal.policy.GuestState;
import io.reseal.policy.Signal;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection to one guest's monitor: made, identified, sampled, lost and made again. Confined to the event loop. */
final class MonitorLink {
    /** Whom the link serves. */
    interface Owner {
        void signal(Signal signal);

        void linkChanged();

        GuestState known();
    }

    /** Readings of which one under way serves everyone who asks for it meanwhile: its answer is later than the asking. */
    enum Reading {
        COUNTERS,
        RUN_STATE
    }

    private final Context context;
    private final GuestName name;
    private final EventLoop loop;
    private final Owner owner;
    private final GuestLog log;
    private final Set<Reading> underWay = EnumSet.noneOf(Reading.class);
    private Attempt attempt = new Attempt();
    private Trouble trouble = Trouble.NONE;
    private boolean wasMute;
    private int failures;
    private boolean closed;
    private Map<String, String> launch = Map.of();
    private @Nullable ScheduledFuture<?> retry;
    private @Nullable ScheduledFuture<?> sampling;

    MonitorLink(Context context, GuestName name, EventLoop loop, Owner owner) {
        this.context = context;
        this.name = name;
        this.loop = loop;
        this.owner = owner;
        this.log = new GuestLog(name.name());
    }

    Trouble trouble() {
        return trouble;
    }

    Map<String, String> launch() {
        return launch;
    }

    /** The present connection, identified or not. */
    Optional<Monitor> monitor() {
        return Optional.ofNullable(attempt.monitor);
    }

    void open() {
        if (closed) {
            return;
        }
        var now = new Attempt();
        attempt = now;
        context.client().connect(name.socket(), now, loop).whenComplete((connection, failure) -> {
            if (failure != null) {
                failed(now, failure);
            } else {
                now.connected(connection);
            }
        });
    }

    void retryNow() {
        if (attempt.monitor == null && retry != null) {
            cancel(retry);
            retry = null;
            failures = 0;
            open();
        }
    }

    void close() {
        closed = true;
        cancel(retry);
        cancel(sampling);
        var monitor = attempt.monitor;
        if (monitor != null) {
            monitor.connection().close();
        }
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    void once(Reading reading, Supplier<CompletableFuture<Void>> read) {
        if (underWay.add(reading)) {
            read.get().whenComplete((_, _) -> underWay.remove(reading));
        }
    }

    void lookAtProcess() {
        var process = owner.known().facts().flatMap(facts -> facts.process());
        CompletableFuture.supplyAsync(
                        () -> process.map(context.processes()::look).orElse(Signal.ProcessState.UNKNOWN),
                        context.blocking())
                .thenAcceptAsync(
                        state -> owner.signal(
                                new Signal.ProcessSeen(context.clock().instant(), state)),
                        loop);
    }

    private void failed(Attempt which, Throwable failure) {
        if (closed || which != attempt) {
            return;
        }
        attempt.monitor = null;
        failures++;
        var found = Trouble.of(name.socket(), Failures.cause(failure), wasMute);
        if (!found.equals(trouble)) {
            log.warn(found.detail());
        }
        trouble = found;
        if (owner.known().link() == GuestState.Link.DOWN) {
            lookAtProcess();
        }
        owner.linkChanged();
        scheduleRetry();
    }

    private void scheduleRetry() {
        var pause = Backoff.STANDARD.pause(failures, context.random().nextDouble());
        retry = loop.schedule(
                () -> {
                    retry = null;
                    open();
                },
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void sampleLater() {
        var pause = Backoff.spread(context.sample(), context.random().nextDouble());
        sampling = loop.schedule(this::sample, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        var monitor = attempt.monitor;
        if (monitor == null || closed) {
            return;
        }
        if (trouble.kind() != Trouble.Kind.NONE || owner.known().open().isPresent()) {
            sampleLater();
            return;
        }
        monitor.situation().whenComplete((situation, failure) -> {
            if (failure == null) {
                owner.signal(new Signal.SituationRead(context.clock().instant(), situation));
            }
            sampleLater();
        });
    }

    /** One try to connect, and the connection that came of it. */
    private final class Attempt implements QmpListener {
        private final List<QmpEvent> early = new ArrayList<>();
        private long lifecycleEvents;
        private boolean identified;
        private @Nullable Monitor monitor;

        void connected(QmpConnection connection) {
            if (closed) {
                connection.close();
                return;
            }
            var made = new Monitor(connection, context.listener(), () -> lifecycleEvents);
            monitor = made;
            CompletableFuture.supplyAsync(() -> process(connection), context.blocking())
                    .thenComposeAsync(process -> identify(made, process), loop)
                    .whenComplete((found, failure) -> {
                        if (failure == null) {
                            attached(found);
                        } else {
                            unidentified(connection, failure);
                        }
                    });
        }

        private Identification.Peer process(QmpConnection connection) {
            var pid = connection.peer().map(peer -> (long) peer.pid()).filter(known -> known > 0);
            return new Identification.Peer(
                    pid.flatMap(context.processes()::identify),
                    pid.map(context.processes()::commandLine).orElse(List.of()));
        }

        /** Events of a process that is known already belong to its story at once; those of another wait until it is read. */
        private CompletableFuture<Identification.Found> identify(Monitor on, Identification.Peer process) {
            if (isKnown(process.id())) {
                identified = true;
                deliverEarly();
            }
            return new Identification(on, process).find();
        }

        private boolean isKnown(Optional<ProcessId> process) {
            return process.isPresent()
                    && owner.known()
                            .facts()
                            .map(facts -> facts.process().equals(process))
                            .orElse(false);
        }

        private void deliverEarly() {
            var events = List.copyOf(early);
            early.clear();
            events.forEach(this::deliver);
        }

        private void attached(Identification.Found found) {
            if (this != attempt || closed) {
                return;
            }
            trouble = Trouble.NONE;
            wasMute = false;
            failures = 0;
            launch = found.launch();
            log.info("attached: %s guest, QEMU %s, %s"
                    .formatted(
                            found.facts().kind().text(),
                            found.facts().qemu(),
                            found.situation().runState()));
            owner.signal(new Signal.Attached(context.clock().instant(), found.facts(), found.situation()));
            identified = true;
            deliverEarly();
            sampleLater();
        }

        private void unidentified(QmpConnection connection, Throwable failure) {
            failed(this, failure);
            connection.close();
        }

        @Override
        public void onEvent(QmpEvent event) {
            context.listener().eventSeen(name.name(), event.name());
            if (Events.lifecycle(event)) {
                lifecycleEvents++;
            }
            if (identified) {
                deliver(event);
            } else if (Events.lifecycle(event)) {
                early.add(event);
            }
        }

        private void deliver(QmpEvent event) {
            Events.signal(event, context.clock().instant()).ifPresent(owner::signal);
        }

        @Override
        public void onClosed(QmpException cause) {
            if (this != attempt || closed || monitor == null) {
                return;
            }
            cancel(sampling);
            underWay.clear();
            failed(this, cause);
            owner.signal(new Signal.Detached(context.clock().instant(), Failures.text(cause)));
        }

        @Override
        public void onMute(Duration silence) {
            wasMute = true;
            trouble = Trouble.mute(name.socket(), silence);
            log.warn(trouble.detail());
            owner.linkChanged();
        }

        @Override
        public void onHeard() {
            wasMute = false;
            trouble = Trouble.NONE;
            log.info("the monitor answers again");
            owner.linkChanged();
        }
    }
}
