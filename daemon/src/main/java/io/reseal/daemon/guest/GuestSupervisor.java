package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.policy.Action;
import io.reseal.policy.GuestKind;
import io.reseal.policy.GuestMachine;
import io.reseal.policy.GuestState;
import io.reseal.policy.OpenReset;
import io.reseal.policy.Origin;
import io.reseal.policy.Proof;
import io.reseal.policy.Reset;
import io.reseal.policy.Signal;
import io.reseal.policy.Verdict;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One guest: its state, its link and its asks. Turns what happens into signals for {@link GuestMachine} and carries out the
 * actions that come back; it decides nothing. Confined to its event loop; the methods that others call hand over to it.
 */
final class GuestSupervisor implements MonitorLink.Owner {
    private static final String NOT_WATCHED = "Reseal no longer watches this guest";
    private static final String OUR_FAULT = "Reseal made a fault of its own, which its log tells";

    private final Context context;
    private final GuestName name;
    private final EventLoop loop;
    private final GuestClock clock;
    private final MonitorLink link;
    private final Commands commands;
    private final Alarm alarm;
    private final Asks asks;
    private final Publisher publisher;
    private final GuestLog log;
    private final ArrayDeque<Signal> inbox = new ArrayDeque<>();
    private final AtomicInteger sockets = new AtomicInteger();
    private boolean stepping;
    private boolean stopped;
    private GuestState state;

    GuestSupervisor(Context context, GuestName name, EventLoop loop) {
        this.context = context;
        this.name = name;
        this.loop = loop;
        this.clock = new GuestClock(context.clock());
        var now = clock.now();
        this.state = GuestState.unseen(name.name(), context.idPrefix(name.name()), context.policy(), now);
        this.log = new GuestLog(name.name());
        this.link = new MonitorLink(context, name, loop, this);
        this.commands = new Commands(link, clock, this::signal);
        this.alarm = new Alarm(loop, clock, at -> signal(new Signal.Tick(at)));
        this.asks = new Asks(ask -> signal(new Signal.Asked(now(), ask)));
        this.publisher = new Publisher(context, name, now);
    }

    void start() {
        loop.execute(() -> {
            publisher.appeared();
            link.open();
        });
    }

    GuestName name() {
        return name;
    }

    boolean serves(GuestName other) {
        return name.equals(other);
    }

    /** How often its socket was found again. For any thread. */
    int sockets() {
        return sockets.get();
    }

    /** Its socket was made anew: connect at once, whatever the back-off says. */
    void socketAppeared() {
        sockets.incrementAndGet();
        loop.execute(link::retryNow);
    }

    /** The policy was changed; a reset that is open keeps the proof it began with. */
    void policyChanged() {
        loop.execute(() -> state = state.withPolicy(context.policy()));
    }

    /** Whether nothing is known to be behind the socket, and neither a verdict nor the guest's return is awaited. */
    CompletableFuture<Boolean> lost() {
        return CompletableFuture.supplyAsync(
                () -> state.link() != GuestState.Link.UP
                        && link.monitor().isEmpty()
                        && state.open().isEmpty()
                        && !state.mayReturn(now()),
                loop);
    }

    CompletableFuture<ResetAnswer> ask(ResetAsk ask) {
        return CompletableFuture.supplyAsync(() -> answer(ask), loop).thenCompose(answer -> answer);
    }

    private CompletableFuture<ResetAnswer> answer(ResetAsk ask) {
        if (stopped) {
            return CompletableFuture.completedFuture(notReachable(NOT_WATCHED));
        }
        if (ask.dryRun()) {
            return plan(complete(ask));
        }
        return asks.full()
                ? CompletableFuture.completedFuture(
                        notReachable("%d asks for it are waiting already".formatted(Asks.MOST_WAITING)))
                : asks.add(complete(ask));
    }

    private Reset.Ask complete(ResetAsk ask) {
        var kind = state.facts().map(facts -> facts.kind()).orElse(GuestKind.PLAIN);
        var usual = context.policy().proofFor(state.name(), kind);
        var proof = new Proof(ask.prove().orElse(usual.prove()), ask.within().orElse(usual.within()), usual.settle());
        return new Reset.Ask(Origin.OPERATOR, ask.reason(), proof, ask.force());
    }

    private CompletableFuture<ResetAnswer> plan(Reset.Ask ask) {
        var monitor = link.monitor();
        if (monitor.isEmpty() || state.link() != GuestState.Link.UP) {
            return CompletableFuture.completedFuture(notReachable(Commands.NO_CONNECTION));
        }
        return monitor.get().situation().handle((situation, failure) -> {
            if (failure != null) {
                return notReachable(Failures.text(failure));
            }
            signal(new Signal.SituationRead(now(), situation));
            return Plans.of(state, ask);
        });
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
        publisher.publish(state, link);
    }

    @Override
    public GuestState known() {
        return state;
    }

    /**
     * Takes signals one after the other, also those that carrying out an action brings forth. What was under way when the
     * guest was let go of tells nobody anything.
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
                take(next);
            }
        } finally {
            stepping = false;
        }
        asks.poseNext();
    }

    /** A fault of ours costs one signal or one action, never the guest's supervision. */
    private void take(Signal signal) {
        GuestMachine.Step step;
        try {
            step = GuestMachine.step(state, signal);
        } catch (RuntimeException fault) {
            log.fault("a signal is lost: " + signal.getClass().getSimpleName(), fault);
            answerInstead(signal);
            return;
        }
        var before = state;
        state = step.state();
        if (!openId(before).equals(openId(state))) {
            anotherIsOpen();
        }
        // QEMU's answer is what a proof waits for: it is asked before everyone else is told
        step.actions().stream().filter(GuestSupervisor::reads).forEach(this::attempt);
        step.actions().stream().filter(action -> !reads(action)).forEach(this::attempt);
        publisher.heard(signal);
        publisher.publish(state, link);
    }

    private static boolean reads(Action action) {
        return action instanceof Action.ReadCounters
                || action instanceof Action.ReadRunState
                || action instanceof Action.ReadSituation;
    }

    private void attempt(Action action) {
        try {
            carryOut(action);
        } catch (RuntimeException fault) {
            log.fault("an action is lost: " + action.getClass().getSimpleName(), fault);
        }
    }

    /** Whatever was to be waited for belongs to the reset that was open before. */
    private void anotherIsOpen() {
        alarm.clear();
        clock.release();
        if (state.open().isPresent()) {
            clock.hold();
        }
    }

    private static Optional<String> openId(GuestState state) {
        return state.open().map(open -> open.reset().id());
    }

    /** Whoever waits for the answer to an ask gets one. */
    private void answerInstead(Signal lost) {
        if (lost instanceof Signal.Asked) {
            asks.answer(notReachable(OUR_FAULT));
        } else if (state.pending().isPresent() && !(lost instanceof Signal.ReadFailed)) {
            inbox.add(new Signal.ReadFailed(now(), OUR_FAULT));
        }
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.ReadSituation _ -> commands.readSituation();
            case Action.ReadCounters _ -> commands.readCounters();
            case Action.ReadRunState _ -> commands.readRunState();
            case Action.SendSystemReset send -> {
                asks.answer(new ResetAnswer.Started(send.reset()));
                commands.reset();
            }
            case Action.SendRebootAction send -> {
                asks.answer(new ResetAnswer.Started(send.reset()));
                commands.letReboot();
            }
            case Action.SendCont _ -> commands.cont();
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

    @Override
    public Instant now() {
        return clock.now();
    }
}
