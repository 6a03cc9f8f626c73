package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.host.QemuProcess;
import io.reseal.daemon.log.Failures;
import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.monitor.ConnectionProblem;
import io.reseal.daemon.monitor.EventSignals;
import io.reseal.daemon.monitor.OversizedWatch;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.Reconnect;
import io.reseal.daemon.monitor.SilenceWatch;
import io.reseal.daemon.monitor.SteadyReads;
import io.reseal.daemon.status.GuestName;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.EarlyEvents;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.Ungreeted;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The connection to one guest's monitor: made, identified, sampled, lost and made again. Confined to the event loop. */
final class GuestConnection {
    /** Whom the link serves. */
    interface Owner {
        void signal(Signal signal);

        /** Whether it is one too many, and was kept back to be told with others. */
        boolean folds(Signal.ResetSeen reset);

        void linkChanged();

        GuestState known();

        Instant now();
    }

    private final GuestContext context;
    private final EventLoop loop;
    private final Owner owner;
    private final GuestLog log;
    private final Reconnect retry;
    private final SilenceWatch waiting;
    private final CounterSampler sampling;
    private final KnownProcess process;
    private final OversizedWatch oversized;
    private Attempt attempt = new Attempt();
    private ConnectionProblem trouble = ConnectionProblem.NONE;
    private boolean closed;
    private Map<String, String> launch = Map.of();
    private GuestName name;

    GuestConnection(GuestContext context, GuestName name, EventLoop loop, Owner owner) {
        this.context = context;
        this.name = name;
        this.loop = loop;
        this.owner = owner;
        this.log = new GuestLog(name.name());
        this.process = new KnownProcess(context, loop, owner);
        this.oversized = new OversizedWatch(log);
        this.retry = new Reconnect(loop, context.random(), this::open);
        this.waiting = new SilenceWatch(context.silence(), loop, this::troubled);
        this.sampling = new CounterSampler(context, loop, owner, this::quiet);
    }

    /** The guest is called otherwise from now on; its socket is the same. */
    void renamed(GuestName changed) {
        name = changed;
        log.renamed(changed.name());
    }

    ConnectionProblem trouble() {
        return trouble;
    }

    Map<String, String> launch() {
        return launch;
    }

    /** The monitor, while nothing is wrong with it and no reset is under way: then the guest may be asked in passing. */
    private Optional<SituationReader> quiet() {
        return trouble.kind() == ConnectionProblem.Kind.NONE
                        && owner.known().resets().open().isEmpty()
                ? reader()
                : Optional.empty();
    }

    /** Of the present connection, identified or not. */
    Optional<SituationReader> reader() {
        return Optional.ofNullable(attempt.reader);
    }

    Optional<QemuMonitor> monitor() {
        return reader().map(SituationReader::monitor);
    }

    /** Sends all questions that {@code queries} makes, before it returns, in one write. */
    void together(Runnable queries) {
        monitor()
                .ifPresentOrElse(
                        asked -> asked.together(() -> {
                            queries.run();
                            return queries;
                        }),
                        queries);
    }

    void open() {
        if (!closed) {
            attempt = new Attempt();
            attempt.begin();
        }
    }

    /** Its socket was recreated: no client can reach the one before any more. */
    void retryNow() {
        if (attempt.isConnecting()) {
            attempt.end();
            waiting.end();
            open();
        } else if (attempt.reader == null) {
            retry.atOnce();
        }
    }

    void close() {
        closed = true;
        retry.cancel();
        waiting.end();
        sampling.callOff();
        attempt.end();
        process.close();
    }

    CompletableFuture<Void> lookAtProcess() {
        return process.look();
    }

    private void failed(Attempt which, Throwable failure) {
        if (which.isOver()) {
            return;
        }
        which.giveUp();
        sampling.callOff();
        waiting.end();
        var cause = Failures.cause(failure);
        process.tried(cause instanceof QmpException.ConnectFailed refused && refused.nobodyListens());
        troubled(ConnectionProblem.of(cause));
        if (cause instanceof QmpException.ProtocolBroken) {
            retry.afterBreach();
        } else {
            retry.afterFailure();
        }
        which.detach(failure);
    }

    private void troubled(ConnectionProblem found) {
        if (!found.equals(trouble)) {
            log.warn(found.detail());
        }
        trouble = found;
        if (owner.known().connection().is(Connection.Link.DOWN)) {
            lookAtProcess();
        }
        owner.linkChanged();
    }

    /** One attempt to connect, and the resulting connection. */
    private final class Attempt implements QmpListener {
        private final EarlyEvents<QmpEvent> early = new EarlyEvents<>();
        private CompletableFuture<QmpConnection> connecting = new CompletableFuture<>();
        private long lifecycleEvents;
        private boolean identified;
        private boolean over;
        private @Nullable SituationReader reader;
        private @Nullable Arrival arrived;

        void begin() {
            connecting = context.monitors().connect(name, this, loop);
            connecting.whenComplete((connection, failure) -> {
                if (failure == null) {
                    connected(connection);
                } else {
                    failed(this, failure);
                }
            });
        }

        /** Given up first: the cancelling is no failure, after which it would be tried again. */
        void end() {
            var ended = Optional.ofNullable(reader).map(SituationReader::monitor);
            giveUp();
            connecting.cancel(false);
            ended.ifPresent(asked -> asked.connection().close());
        }

        /** Nothing that comes counts any more. */
        void giveUp() {
            over = true;
            reader = null;
            if (arrived != null) {
                arrived.close();
            }
        }

        private void connected(QmpConnection connection) {
            waiting.end();
            var made = new SituationReader(new QemuMonitor(connection, context.listener(), () -> lifecycleEvents));
            reader = made;
            var arrival = new Arrival(connection, made, context, log);
            arrived = arrival;
            arrival.identified().thenAccept(found -> attached(found, arrival)).exceptionally(failure -> {
                failed(this, failure);
                connection.close();
                return null;
            });
        }

        private void outside(GuestIdentifier.Found found) {
            reader().ifPresent(asked -> new OutsideReading(found.outside(), owner, this::isOver).before(asked));
        }

        /** What could not be read of the process at first. */
        private void seen(GuestIdentifier.Found late) {
            if (!isOver()) {
                if (late.relayed()) {
                    process.attached(Optional.empty());
                    log.warn(QemuProcess.warning(late.unseen()));
                } else {
                    log.info("QEMU's process can be seen now");
                }
                launch = late.launch();
                outside(late);
                owner.signal(new Signal.FactsRead(owner.now(), late.facts()));
                owner.signal(new Signal.SituationRead(owner.now(), late.situation()));
            }
        }

        private void attached(GuestIdentifier.Found found, Arrival arrival) {
            if (isOver()) {
                return;
            }
            if (early.overflowed()) {
                throw new SteadyReads.UnstableReadException(name.socket(), EarlyEvents.MOST + " events and more came");
            }
            trouble = ConnectionProblem.NONE;
            retry.succeeded();
            launch = found.launch();
            log.attached(
                    owner.known().identity().facts(),
                    found.facts(),
                    found.situation().runState());
            process.attached(arrival.takeHandle());
            int incarnation = owner.known().incarnation().number();
            identified = true;
            owner.signal(new Signal.Attached(owner.now(), found.facts(), found.situation()));
            tellEarly(owner.known().incarnation().number() > incarnation);
            outside(found);
            sampling.begin();
            if (!found.facts().processSeen()) {
                log.warn(QemuProcess.warning(found.unseen()));
            }
            arrival.whenSeen(this::seen);
        }

        private void tellEarly(boolean resetInferred) {
            var news = early.news(resetInferred);
            if (news.reset()) {
                owner.signal(new Signal.CountersRead(owner.now(), VcpuCounters.NONE));
            }
            news.events().forEach(this::deliver);
        }

        /** The end of an attempt that was reported as attached is reported too, also when a fault of Reseal ended it. */
        private void detach(Throwable cause) {
            if (identified) {
                identified = false;
                owner.signal(new Signal.Detached(owner.now(), Failures.text(cause)));
            }
        }

        @Override
        public void onEvent(QmpEvent whole) {
            var event = EventSignals.light(whole);
            if (folded(event)) {
                lifecycleEvents++;
                context.listener().eventsCounted(name.name(), event.name(), 1);
                return;
            }
            context.listener().eventSeen(name.name(), event.name(), EventSignals.detail(event));
            boolean lifecycle = EventSignals.lifecycle(event);
            lifecycleEvents += lifecycle ? 1 : 0;
            if (identified) {
                deliver(event);
            } else {
                EventSignals.signal(event, owner.now()).ifPresent(told -> early.add(event, told));
            }
        }

        @Override
        public void onUnread(String event, int count) {
            context.listener().eventsCounted(name.name(), event, count);
            if (EventSignals.changesDevices(event) && identified && !isOver()) {
                sampling.hurry();
            }
        }

        @Override
        public void onOversized(QmpException.LimitExceeded beyond) {
            context.listener().oversized(name.name());
            oversized.dropped(beyond, owner.now());
        }

        private boolean folded(QmpEvent event) {
            return identified
                    && event instanceof QmpEvent.Reset
                    && EventSignals.signal(event, owner.now()).orElseThrow() instanceof Signal.ResetSeen reset
                    && owner.folds(reset);
        }

        private void deliver(QmpEvent event) {
            EventSignals.signal(event, owner.now()).ifPresent(owner::signal);
        }

        @Override
        public void onClosed(QmpException cause) {
            if (isOver()) {
                return;
            }
            failed(this, cause);
        }

        boolean isConnecting() {
            return !isOver() && !connecting.isDone();
        }

        @Override
        public void onUngreeted(Ungreeted connection) {
            if (isConnecting()) {
                waiting.begin(connection);
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
            trouble = ConnectionProblem.mute(name.socket(), silence);
            log.warn(trouble.detail());
            owner.linkChanged();
        }

        @Override
        public void onHeard() {
            if (isOver()) {
                return;
            }
            trouble = ConnectionProblem.NONE;
            log.info("the monitor answers again");
            owner.linkChanged();
        }
    }
}
