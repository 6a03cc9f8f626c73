package io.reseal.policy.simulation;

import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.RequestQueue;
import io.reseal.policy.supervision.ResetFold;
import io.reseal.policy.supervision.SignalClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The supervisor of one guest: turns what happens into signals and carries out what the core wants, as the daemon does, with the
 * same classes beside it. What comes while it stands still is taken in afterwards, in order.
 */
final class DaemonModel {
    private static final String NOBODY = "there is no connection to its monitor";

    /** How it is set up. */
    record Setting(Sight sight, MonitorModel.Quality quality, SimulationOracle referee, Desk desk, int mostResets) {}

    /** What all guests of a daemon have in common. */
    interface Desk {
        void opened(Reset reset);

        void closed(Reset reset);

        void answered(RequestQueue.Answered<Requester> answered);
    }

    /** Who made a request, told from others by its number. */
    record Requester(int number, String guest) {}

    private final VirtualTime agenda;
    private final RandomGenerator random;
    private final SimulationOracle referee;
    private final Desk desk;
    private final SignalClock clock;
    private final ResetFold fold;
    private final RequestQueue<Requester> requests = new RequestQueue<>();
    private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();
    private final ArrayDeque<Signal> inbox = new ArrayDeque<>();
    private final LinkModel link;
    private Optional<Emission> cause = Optional.empty();
    private Optional<Emission> newestFolded = Optional.empty();
    private final Set<Instant> alarms = new HashSet<>();
    private boolean stepping;
    private boolean stopped;
    private long standsUntil;
    private Instant heardAt = Instant.EPOCH;
    private GuestState state;

    DaemonModel(LinkModel.World world, VirtualTime agenda, RandomGenerator random, Setting setting, GuestState first) {
        this.agenda = agenda;
        this.random = random;
        this.referee = setting.referee();
        this.desk = setting.desk();
        this.clock = new SignalClock(agenda.wall(), agenda.nanos());
        this.state = first;
        this.fold = new ResetFold(setting.mostResets());
        this.link = new LinkModel(world, agenda, random, setting, this);
    }

    LinkModel link() {
        return link;
    }

    GuestState state() {
        return state;
    }

    /** When it took the last signal in. */
    Instant heardAt() {
        return heardAt;
    }

    boolean stopped() {
        return stopped;
    }

    Instant now() {
        return clock.at(agenda.nanos());
    }

    void freeze(Duration time) {
        standsUntil = Math.max(standsUntil, agenda.nanos() + time.toNanos());
        agenda.at(standsUntil, this::catchUp);
    }

    private void catchUp() {
        while (standsUntil <= agenda.nanos() && !backlog.isEmpty()) {
            backlog.remove().run();
        }
    }

    long standsUntil() {
        return standsUntil;
    }

    /** Does it at once, unless the daemon stands still. */
    void awake(Runnable what) {
        if (standsUntil <= agenda.nanos() && backlog.isEmpty()) {
            what.run();
        } else {
            backlog.add(what);
        }
    }

    /** Whether there is a place left for it in the line. */
    boolean request(Reset.Request wanted, Requester requester) {
        if (stopped || requests.full()) {
            return false;
        }
        requests.add(wanted, requester);
        takeFolded();
        return true;
    }

    /** Lets go of the guest. */
    void stop(String why, boolean socketGone) {
        requests.abandon(why).forEach(desk::answered);
        signal(new Signal.Forgotten(now(), why, socketGone));
        stopped = true;
        link.close();
    }

    /** Reseal ends without a word, as by a crash: whoever waits for an answer gets none any more. */
    void end() {
        requests.abandon("Reseal has ended").forEach(desk::answered);
        stopped = true;
        link.close();
    }

    /** Takes in what {@code emission} told. */
    void signal(Signal signal, Emission emission) {
        if (!stopped && signal instanceof Signal.ResetSeen reset && fold.folds(reset, state)) {
            referee.folds(emission);
            newestFolded = Optional.of(emission);
            agenda.in(ResetFold.KEPT_BACK, () -> awake(this::takeFolded));
            return;
        }
        takeFolded();
        cause = Optional.of(emission);
        signal(signal);
        cause = Optional.empty();
    }

    private void takeFolded() {
        if (!stopped) {
            inbox.addAll(folded());
            work();
        }
    }

    /** Before anything else is taken in. */
    private List<Signal> folded() {
        return fold.take(state);
    }

    void signal(Signal signal) {
        if (stopped) {
            return;
        }
        inbox.addAll(folded());
        var offset = clock.offset(agenda.wall(), agenda.nanos());
        if (!offset.equals(state.connection().offset())) {
            inbox.add(new Signal.ClockSet(now(), offset));
        }
        inbox.add(signal);
        work();
    }

    private void work() {
        if (stepping) {
            return;
        }
        stepping = true;
        for (var next = next(); next.isPresent(); next = next()) {
            take(next.get());
        }
        stepping = false;
    }

    /** What has happened comes before what is wanted. */
    private Optional<Signal> next() {
        return Optional.ofNullable(inbox.poll())
                .or(() -> requests.next().map(request -> new Signal.Requested(now(), request)));
    }

    private void take(Signal signal) {
        var before = state;
        var step = GuestMachine.step(before, signal);
        state = step.state();
        heardAt = signal.at();
        boolean wasFolded = signal instanceof Signal.ResetSeen && cause.isEmpty();
        referee.took(before, signal, step, wasFolded ? newestFolded : cause);
        step.actions().stream().filter(DaemonModel::reads).forEach(this::carryOut);
        step.actions().stream().filter(action -> !reads(action)).forEach(this::carryOut);
        requests.after(step).forEach(desk::answered);
    }

    private static boolean reads(Action action) {
        return action instanceof Action.ReadCounters
                || action instanceof Action.ReadRunState
                || action instanceof Action.ReadSituation;
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.ReadSituation _ -> read(CommandsModel::readSituation);
            case Action.ReadCounters _ -> read(CommandsModel::readCounters);
            case Action.ReadRunState _ -> read(CommandsModel::readRunState);
            case Action.ReadBeforeCont(var reset) -> read(commands -> commands.readBeforeCont(reset.id()));
            case Action.SendSystemReset(var reset) ->
                send(commands -> commands.systemReset(reset.id()), new Signal.Rejected(now(), reset.id(), NOBODY));
            case Action.SendRebootAction(var reset) ->
                send(
                        commands -> commands.rebootIsReset(reset.id()),
                        new Signal.RebootActionRejected(now(), reset.id(), NOBODY));
            case Action.SendCont(var reset) ->
                send(commands -> commands.cont(reset.id()), new Signal.ContRejected(now(), reset.id(), NOBODY));
            case Action.LookAtProcess _ -> link.lookAtProcess();
            case Action.WakeAt wake -> wake(wake.at());
            case Action.Opened opened -> desk.opened(opened.reset());
            case Action.Closed closed -> desk.closed(closed.reset());
            case Action.Ended _, Action.Found _, Action.Shown _, Action.LaunchChanged _, Action.Looped _ -> {}
            case Action.Busy _, Action.NotReachable _, Action.UnexpectedSignal _ -> {}
        }
    }

    private void read(Consumer<CommandsModel> reading) {
        send(reading, new Signal.ReadFailed(now(), NOBODY));
    }

    private void send(Consumer<CommandsModel> command, Signal otherwise) {
        link.commands().ifPresentOrElse(command, () -> signal(otherwise));
    }

    /** Ticks come a little early, late, and twice; one for each time. */
    private void wake(Instant at) {
        if (!alarms.add(at)) {
            return;
        }
        var delay = Duration.between(now(), at).plusNanos(random.nextInt(-200_000, 5_000_000));
        int times = random.nextInt(10) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            agenda.in(
                    delay,
                    () -> awake(() -> {
                        alarms.remove(at);
                        signal(new Signal.Tick(now()));
                    }));
        }
    }
}
