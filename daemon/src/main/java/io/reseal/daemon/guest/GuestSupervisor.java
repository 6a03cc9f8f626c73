package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.log.Failures;
import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.monitor.FoldedResets;
import io.reseal.daemon.monitor.GuestClock;
import io.reseal.daemon.monitor.WakeupTimer;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestName;
import io.reseal.policy.Durations;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Proof;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import io.reseal.policy.state.Connection;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.RequestQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One guest: its state, its link and the requests for its reset. Turns what happens into signals for {@link GuestMachine} and carries out the
 * actions that come back; it decides nothing. Confined to its event loop; the methods that others call hand over to it.
 */
final class GuestSupervisor implements GuestConnection.Owner {
    private final Core core;
    private final GuestContext context;
    private final EventLoop loop;
    private final GuestClock clock;
    private final GuestConnection link;
    private final StepReports reports;
    private final StageTimer stages;
    private final WakeupTimer alarm;
    private final FoldedResets folded;
    private final RequestQueue<CompletableFuture<ResetResponse>> requests = new RequestQueue<>();
    private final StatusPublisher publisher;
    private final GuestLog log;
    private final ArrayDeque<Signal> inbox = new ArrayDeque<>();
    private final AtomicInteger sockets = new AtomicInteger();
    private volatile GuestName name;
    private boolean stepping;
    private boolean stopped;
    private String whyStopped = "";
    private GuestState state;

    /** What decides: {@link GuestMachine}, but in tests of what happens when it fails. */
    interface Core {
        GuestMachine.Step step(GuestState state, Signal signal);
    }

    GuestSupervisor(GuestContext context, GuestName name, EventLoop loop) {
        this(context, name, loop, GuestMachine::step);
    }

    GuestSupervisor(GuestContext context, GuestName name, EventLoop loop, Core core) {
        this.core = core;
        this.context = context;
        this.name = name;
        this.loop = loop;
        this.clock = new GuestClock(context.clock(), loop.ticker());
        var now = clock.now();
        this.state = GuestState.unseen(
                new GuestState.Header(name.name(), context.idPrefix(name.name()), context.policy(), now));
        this.log = new GuestLog(name.name());
        this.link = new GuestConnection(context, name, loop, this);
        this.folded = new FoldedResets(loop, log, this::takeFolded);
        this.alarm = new WakeupTimer(loop, clock, at -> signal(new Signal.Tick(at)));
        this.publisher = new StatusPublisher(context, name, clock);
        this.stages = new StageTimer(context.listener(), loop.ticker()::nanoTime);
        var actions = new ActionDispatcher(new ActionDispatcher.Parts(
                link,
                new ActionExecutor(link, clock, this::signal),
                alarm,
                publisher,
                log,
                stages,
                folded,
                inbox::add));
        this.reports = new StepReports(actions, loop, () -> publisher.publish(state, link), this::tellLate);
    }

    void start() {
        loop.execute(() -> {
            publisher.appeared();
            link.open();
        });
    }

    /** Who it is. For any thread. */
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

    /** Its socket was recreated: connect at once, without waiting for the back-off. */
    void socketAppeared() {
        sockets.incrementAndGet();
        loop.execute(link::retryNow);
    }

    /** The policy was changed; a reset that is open keeps the proof it began with. */
    void policyChanged() {
        loop.execute(() -> signal(new Signal.PolicyChanged(now(), context.policy())));
    }

    /**
     * Whether nothing is known to be behind the socket, and neither a verdict nor the guest's return is awaited. Its process is checked
     * before: the end of a QEMU is never reported once its guest is forgotten.
     */
    CompletableFuture<Boolean> lost() {
        return CompletableFuture.supplyAsync(this::looked, loop)
                .thenCompose(looked -> looked)
                .handleAsync(
                        (_, _) -> !state.connection().up()
                                && link.monitor().isEmpty()
                                && state.resets().open().isEmpty()
                                && !new GuestQueries(state).mayReturn(now()),
                        loop);
    }

    private CompletableFuture<Void> looked() {
        return state.connection().is(Connection.Link.DOWN)
                ? link.lookAtProcess()
                : CompletableFuture.completedFuture(null);
    }

    CompletableFuture<ResetResponse> request(ResetRequest request) {
        long came = stages.now();
        return CompletableFuture.supplyAsync(
                        () -> {
                            stages.accepted(came);
                            return answer(request);
                        },
                        loop)
                .thenCompose(answer -> answer);
    }

    private CompletableFuture<ResetResponse> answer(ResetRequest request) {
        if (stopped) {
            return CompletableFuture.completedFuture(notReachable(whyStopped));
        }
        return request.dryRun() ? plan(complete(request)) : enqueue(complete(request));
    }

    private CompletableFuture<ResetResponse> enqueue(Reset.Request request) {
        if (requests.full()) {
            return CompletableFuture.completedFuture(
                    notReachable("%d requests for it are waiting already".formatted(RequestQueue.MOST_WAITING)));
        }
        var answer = new CompletableFuture<ResetResponse>();
        requests.add(request, answer);
        takeFolded();
        return answer;
    }

    private Reset.Request complete(ResetRequest request) {
        var kind = state.identity().facts().map(facts -> facts.kind()).orElse(GuestKind.PLAIN);
        var usual = context.policy().proofFor(state.identity().name(), kind);
        var proof = new Proof(
                request.prove().orElse(usual.prove()), request.within().orElse(usual.within()), usual.settle());
        var by = Optional.of(request.by()).filter(who -> !who.isBlank());
        return new Reset.Request(Origin.OPERATOR, by, request.reason(), proof, request.force());
    }

    private CompletableFuture<ResetResponse> plan(Reset.Request request) {
        var reader = link.reader();
        if (reader.isEmpty() || !state.connection().up()) {
            return CompletableFuture.completedFuture(notReachable(ActionExecutor.NO_CONNECTION));
        }
        var within = request.proof().within();
        return reader.get()
                .readInAnyCase()
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (read, failure) -> failure == null ? plan(read, request) : notPlanned(failure, within), loop);
    }

    private ResetResponse plan(SituationReader.SituationRead read, Reset.Request request) {
        signal(new Signal.SituationRead(now(), read.situation(), read.steady()));
        return DryRun.of(state, request);
    }

    private ResetResponse notPlanned(Throwable failure, Duration within) {
        return notReachable(
                Failures.cause(failure) instanceof TimeoutException
                        ? "QEMU did not answer the questions within the time allowed, " + Durations.text(within)
                        : Failures.text(failure));
    }

    /** Its name is another guest's from now on; it gets its own by {@link #takeName}. */
    CompletableFuture<Void> leaveName(GuestName next) {
        name = next;
        return onLoop(() -> {
            reports.tell();
            publisher.leaveName();
        });
    }

    /** Watches the guest on under its new name: the connection stays, and so does an open reset. */
    CompletableFuture<Void> takeName() {
        return onLoop(() -> {
            reports.tell();
            log.info("is called %s from now on".formatted(name.name()));
            log.renamed(name.name());
            link.renamed(name);
            publisher.takeName(name);
            signal(new Signal.Renamed(now(), name.name()));
            state.resets().open().ifPresent(open -> publisher.show(open.reset()));
        });
    }

    CompletableFuture<Void> onLoop(Runnable work) {
        return CompletableFuture.runAsync(
                () -> {
                    if (!stopped) {
                        work.run();
                    }
                },
                loop);
    }

    /** Lets go of the guest: whatever is open ends with {@code why}, so that all who wait hear of that; then closes the link. */
    CompletableFuture<Void> stop(String why) {
        return stop(why, false);
    }

    /** The same, since its socket is gone. */
    CompletableFuture<Void> socketGone(String why) {
        return stop(why, true);
    }

    private CompletableFuture<Void> stop(String why, boolean socketGone) {
        return onLoop(() -> {
            requests.abandon(why).forEach(this::answer);
            signal(new Signal.Forgotten(now(), why, socketGone));
            reports.tell();
            stopped = true;
            whyStopped = why;
            link.close();
            folded.close();
            alarm.clear();
            publisher.forgotten();
            log.info(why);
        });
    }

    private ResetResponse notReachable(String why) {
        return new ResetResponse.NotReachable(state.identity().name(), why);
    }

    @Override
    public void linkChanged() {
        reports.tell();
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
        inbox.addAll(folded.take(state));
        var offset = clock.offset();
        if (!offset.equals(state.connection().offset())) {
            inbox.add(new Signal.ClockSet(now(), offset));
        }
        inbox.add(signal);
        work();
    }

    @Override
    public boolean folds(Signal.ResetSeen reset) {
        return folded.folds(reset, state);
    }

    private void tellLate() {
        reports.tell();
        work();
    }

    private void takeFolded() {
        if (!stopped) {
            inbox.addAll(folded.take(state));
            work();
        }
    }

    private void work() {
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            for (var next = next(); next != null; next = next()) {
                take(next);
            }
        } finally {
            stepping = false;
        }
    }

    /** What has happened comes before what is wanted. */
    private @Nullable Signal next() {
        var happened = inbox.poll();
        return happened != null
                ? happened
                : requests.next()
                        .map(request -> new Signal.Requested(now(), request))
                        .orElse(null);
    }

    /** A fault of ours costs one signal or one action, never the guest's supervision. */
    private void take(Signal signal) {
        stages.begins();
        var before = state;
        var step = step(signal);
        stages.judged(signal, step);
        state = step.state();
        if (signal instanceof Signal.CountersRead && step.actions().isEmpty() && state.onlyCountedSince(before)) {
            return; // a sample that says nothing new
        }
        publisher.heard(signal);
        var answers = requests.after(step);
        reports.take(step, () -> {
            stages.ends(step);
            answers.forEach(this::answer);
        });
    }

    private GuestMachine.Step step(Signal signal) {
        try {
            return core.step(state, signal);
        } catch (RuntimeException fault) {
            var type = SignalType.of(signal);
            log.fault("a signal is lost, what was open for the guest ends: " + type.text(), fault);
            publisher.coreFailed(type);
            if (signal instanceof Signal.Requested) {
                requests.fault(ActionDispatcher.OUR_FAULT).ifPresent(this::answer);
            }
            return GuestMachine.afterFault(state, signal);
        }
    }

    private void answer(RequestQueue.Answered<CompletableFuture<ResetResponse>> answered) {
        answered.who()
                .complete(
                        switch (answered.answer()) {
                            case RequestQueue.Answer.Started(var reset) -> new ResetResponse.Started(reset);
                            case RequestQueue.Answer.Refused(var reset) -> new ResetResponse.Refused(reset);
                            case RequestQueue.Answer.Busy(var open) -> new ResetResponse.InFlight(open);
                            case RequestQueue.Answer.NotReachable(var why) -> notReachable(why);
                        });
    }

    @Override
    public Instant now() {
        return clock.now();
    }
}
