package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.policy.Action;
import io.reseal.policy.GuestMachine;
import io.reseal.policy.GuestState;
import io.reseal.policy.OpenReset;
import io.reseal.policy.Proof;
import io.reseal.policy.Reset;
import io.reseal.policy.Signal;
import io.reseal.policy.Verdict;
import io.reseal.qmp.QmpException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One guest: its state, its link and its asks. Turns what happens into signals for {@link GuestMachine} and carries out the
 * actions that come back; it decides nothing. Confined to its event loop; the methods that others call hand over to it.
 */
final class GuestSupervisor implements MonitorLink.Owner {
    private static final String NOT_WATCHED = "Reseal no longer watches this guest";

    private final Context context;
    private final GuestName name;
    private final EventLoop loop;
    private final MonitorLink link;
    private final Alarm alarm;
    private final Asks asks;
    private final Publisher publisher;
    private final GuestLog log;
    private final ArrayDeque<Signal> inbox = new ArrayDeque<>();
    private boolean stepping;
    private boolean stopped;
    private GuestState state;

    GuestSupervisor(Context context, GuestName name, EventLoop loop) {
        this.context = context;
        this.name = name;
        this.loop = loop;
        var now = context.clock().instant();
        this.state = GuestState.unseen(name.name(), context.idPrefix(name.name()), context.policy(), now);
        this.log = new GuestLog(name.name());
        this.link = new MonitorLink(context, name, loop, this);
        this.alarm = new Alarm(loop, context.clock(), at -> signal(new Signal.Tick(at)));
        this.asks = new Asks(ask -> signal(new Signal.Asked(now(), ask)));
        this.publisher = new Publisher(context, name, now);
    }

    GuestName name() {
        return name;
    }

    void start() {
        loop.execute(() -> {
            linkChanged();
            link.open();
        });
    }

    /** Its socket was made anew: connect at once, whatever the back-off says. */
    void socketAppeared() {
        loop.execute(link::retryNow);
    }

    /** The policy was changed; a reset that is open keeps the proof it began with. */
    void policyChanged() {
        loop.execute(() -> state = state.withPolicy(context.policy()));
    }

    /**
     * Whether nothing is known to be behind the socket and nothing is open. QEMU removes its socket before its process ends
     * (QEMU 11.1.3), so a reset may still wait for that end.
     */
    CompletableFuture<Boolean> lost() {
        return CompletableFuture.supplyAsync(
                () -> state.link() != GuestState.Link.UP
                        && link.monitor().isEmpty()
                        && state.open().isEmpty(),
                loop);
    }

    CompletableFuture<ResetAnswer> ask(ResetAsk ask) {
        return onLoop(() -> {
            if (stopped) {
                return CompletableFuture.completedFuture(notReachable(NOT_WATCHED));
            }
            return ask.dryRun() ? plan(complete(ask)) : asks.add(complete(ask));
        });
    }

    private Reset.Ask complete(ResetAsk ask) {
        var kind = state.facts().map(facts -> facts.kind()).orElse(io.reseal.policy.GuestKind.PLAIN);
        var usual = context.policy().proofFor(state.name(), kind);
        var proof = new Proof(ask.prove().orElse(usual.prove()), ask.within().orElse(usual.within()), usual.settle());
        return new Reset.Ask(io.reseal.policy.Origin.OPERATOR, ask.reason(), proof, ask.force());
    }

    private CompletableFuture<ResetAnswer> plan(Reset.Ask ask) {
        if (link.monitor().isEmpty() || state.link() != GuestState.Link.UP) {
            return CompletableFuture.completedFuture(notReachable("there is no connection to its monitor"));
        }
        return link.monitor().get().situation().handle((situation, failure) -> {
            if (failure != null) {
                return notReachable(Failures.text(failure));
            }
            signal(new Signal.SituationRead(now(), situation));
            return Plans.of(state, ask);
        });
    }

    private CompletableFuture<ResetAnswer> onLoop(Supplier<CompletableFuture<ResetAnswer>> work) {
        return CompletableFuture.supplyAsync(work, loop).thenCompose(answer -> answer);
    }

    /** Closes the link; the future tells of the reset that stays open, if there is one. */
    CompletableFuture<Optional<Reset>> stop() {
        return CompletableFuture.supplyAsync(
                () -> {
                    stopped = true;
                    link.close();
                    alarm.clear();
                    asks.abandon(notReachable(NOT_WATCHED));
                    publisher.forgotten();
                    log.info("no longer watched");
                    return state.open().map(OpenReset::reset);
                },
                loop);
    }

    private ResetAnswer notReachable(String why) {
        return new ResetAnswer.NotReachable(state.name(), why);
    }

    @Override
    public void linkChanged() {
        if (!stopped) {
            publisher.publish(state, link);
        }
    }

    @Override
    public GuestState known() {
        return state;
    }

    /**
     * Takes signals one after the other, also those that carrying out an action brings forth. Answers that come after the
     * end are dropped: publishing them would show a guest that was forgotten.
     */
    @Override
    public void signal(Signal signal) {
        assert loop.inEventLoop();
        if (stopped) {
            return;
        }
        inbox.add(signal);
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            for (var next = inbox.poll(); next != null; next = inbox.poll()) {
                step(next);
            }
        } finally {
            stepping = false;
        }
        asks.poseNext();
    }

    private void step(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        if (state.open().isEmpty()) {
            alarm.clear();
        }
        step.actions().forEach(this::carryOut);
        publisher.publish(state, link);
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.ReadSituation _ -> read(Monitor::situation, read -> new Signal.SituationRead(now(), read));
            case Action.ReadCounters _ ->
                link.once(
                        MonitorLink.Reading.COUNTERS,
                        () -> read(Monitor::counters, read -> new Signal.CountersRead(now(), read)));
            case Action.ReadRunState _ ->
                link.once(
                        MonitorLink.Reading.RUN_STATE,
                        () -> read(Monitor::runState, read -> new Signal.RunStateRead(now(), read)));
            case Action.SendSystemReset send -> sendReset(send.reset());
            case Action.LookAtProcess _ -> link.lookAtProcess();
            case Action.WakeAt wake -> wakeAt(wake.at());
            case Action.Opened opened -> {
                publisher.opened(opened.reset());
                log.opened(opened.reset());
            }
            case Action.Found found -> {
                publisher.found(found);
                log.found(found.reset(), found.evidence());
            }
            case Action.Shown shown -> publisher.shown(shown);
            case Action.Closed closed -> closed(closed.reset());
            case Action.Busy busy -> asks.answer(new ResetAnswer.InFlight(busy.open()));
            case Action.NotReachable unreachable -> asks.answer(notReachable(unreachable.why()));
        }
    }

    private void wakeAt(Instant at) {
        if (state.open().isPresent()) {
            alarm.at(at);
        }
    }

    private void closed(Reset reset) {
        publisher.closed(reset);
        log.closed(reset);
        if (reset.conclusion().orElseThrow().verdict() == Verdict.REFUSED) {
            asks.answer(new ResetAnswer.Refused(reset));
        }
    }

    private void sendReset(Reset reset) {
        asks.answer(new ResetAnswer.Started(reset));
        link.monitor()
                .ifPresent(monitor -> monitor.reset()
                        .whenComplete((_, failure) ->
                                signal(failure == null ? new Signal.Acknowledged(now()) : unanswered(failure))));
    }

    /** Only a refusal says that nothing was done. */
    private Signal unanswered(Throwable failure) {
        return switch (Failures.cause(failure)) {
            case QmpException.CommandRejected rejected -> new Signal.Rejected(now(), Failures.text(rejected));
            case QmpException.CommandRefused refused -> new Signal.Rejected(now(), Failures.text(refused));
            case QmpException.MonitorBusy busy -> new Signal.Rejected(now(), Failures.text(busy));
            default -> new Signal.ReplyLost(now(), Failures.text(failure));
        };
    }

    private <T> CompletableFuture<Void> read(
            Function<Monitor, CompletableFuture<T>> reading, Function<T, Signal> answer) {
        var monitor = link.monitor();
        if (monitor.isEmpty()) {
            signal(new Signal.ReadFailed(now(), "there is no connection to its monitor"));
            return CompletableFuture.completedFuture(null);
        }
        return reading.apply(monitor.get()).handle((value, failure) -> {
            signal(failure == null ? answer.apply(value) : new Signal.ReadFailed(now(), Failures.text(failure)));
            return null;
        });
    }

    private Instant now() {
        return context.clock().instant();
    }
}
