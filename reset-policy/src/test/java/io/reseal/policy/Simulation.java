package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** One guest, a daemon in front of it and a world that meddles, in virtual time: the same seed gives the same run. */
final class Simulation {
    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final List<Level> LEVELS = List.of(
            Level.ACKNOWLEDGED,
            Level.OBSERVED,
            Level.RUNNING,
            Level.REBUILT,
            Level.SAME_LAUNCH,
            Level.SAME_LAUNCH,
            Level.ALIVE);

    private final RandomGenerator random;
    private final Agenda agenda = new Agenda(Story.BEGIN);
    private final Referee referee;
    private final GuestKind kind;
    private final boolean forced;
    private final boolean echoes;
    private final boolean noReboot;
    private long pid = 100;
    private QemuModel qemu;
    private MonitorModel monitor;
    private boolean connected;
    private GuestState state;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        kind = oneOf(List.of(GuestKind.values()));
        forced = kind == GuestKind.PLAIN && random.nextBoolean();
        echoes = kind == GuestKind.PLAIN && random.nextBoolean();
        noReboot = random.nextInt(4) == 0;
        state = GuestState.unseen(
                "g",
                "s",
                new ResetPolicy(new ResetPolicy.Terms(proof(), random.nextBoolean(), false, Set.of()), List.of()),
                agenda.now());
        referee = new Referee(state);
        qemu = boot();
        monitor = newMonitor();
    }

    /** Runs to the end, checking each step, then replays it. */
    Referee run() {
        monitor.attach();
        meddle();
        sample();
        boolean goesOn = true;
        while (goesOn) {
            goesOn = agenda.next(Story.BEGIN.plus(LENGTH), () -> qemu.advance(agenda.now()));
        }
        referee.atTheEnd(state, agenda.now());
        return referee;
    }

    private Proof proof() {
        return new Proof(oneOf(LEVELS), millis(500, 12_000), Duration.ofMillis(oneOf(List.of(0, 20, 200, 1_000))));
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private Duration millis(int from, int to) {
        return Duration.ofMillis(random.nextInt(from, to));
    }

    // The world

    private QemuModel boot() {
        var facts = new GuestFacts(
                "uuid",
                Optional.of(new GuestFacts.ProcessId(pid++, 1)),
                kind,
                new QemuRelease(11, 1, 3),
                true,
                forced,
                noReboot,
                echoes);
        return new QemuModel(facts, random, agenda.now(), emission -> monitor.emit(emission));
    }

    private void meddle() {
        agenda.in(random.nextBoolean() ? millis(1, 40) : millis(1, 3_000), () -> {
            switch (random.nextInt(23)) {
                case 0, 1, 2, 3, 4, 5 -> ask();
                case 6, 7 -> reset(true, false);
                case 8, 9 -> externalResets(1);
                case 10 -> externalResets(random.nextInt(2, 6));
                case 11, 12 -> qemu.stop();
                case 13, 14, 15 -> qemu.cont();
                case 16 -> disconnect("reset by peer");
                case 17 -> qemu.panic();
                case 18 -> qemu.launch.replaceFirmware(random.nextInt(2), agenda.now());
                case 19 -> qemu.launch.plugVcpu();
                case 20, 21 -> qemu.migrating = !qemu.migrating;
                default -> qemu.alive &= random.nextInt(3) != 0;
            }
            bury();
            meddle();
        });
    }

    private void ask() {
        referee.asked();
        var overridden = random.nextBoolean() ? Set.of(HazardId.values()) : Set.<HazardId>of();
        take(new Signal.Asked(agenda.now(), new Reset.Ask(Origin.OPERATOR, "ask", proof(), overridden)));
    }

    private void externalResets(int times) {
        for (int i = 0; i < times; i++) {
            agenda.in(Duration.ofNanos(i * 900_000L), () -> reset(false, false));
        }
    }

    /** Resets the guest, with an echo from its firmware unless another reset comes first, and tells whether QEMU lives. */
    private boolean reset(boolean byGuest, boolean echo) {
        qemu.reset(byGuest, echo);
        int resets = qemu.resets.size();
        if (echoes && !echo && qemu.running()) {
            agenda.in(Duration.ofMillis(150), () -> {
                if (qemu.resets.size() == resets) {
                    reset(true, true);
                }
            });
        }
        boolean lives = qemu.alive;
        bury();
        return lives;
    }

    private boolean goOn() {
        qemu.cont();
        boolean lives = qemu.alive;
        referee.continued(lives);
        bury();
        return lives;
    }

    /** A process that has ended closes its monitor; another takes its place later. */
    private void bury() {
        if (qemu.alive) {
            return;
        }
        disconnect("end of stream");
        agenda.in(millis(300, 3_000), () -> qemu = qemu.alive ? qemu : boot());
    }

    // The daemon

    private MonitorModel newMonitor() {
        return new MonitorModel(agenda, random, qemu, this::receive);
    }

    private void disconnect(String why) {
        monitor.close();
        if (connected) {
            connected = false;
            referee.detached();
            take(new Signal.Detached(agenda.now(), why));
            agenda.in(millis(5, 2_500), this::reconnect);
        } else {
            agenda.in(millis(5, 100), this::reconnect);
        }
    }

    private void reconnect() {
        if (connected) {
            return;
        }
        if (qemu.alive) {
            monitor.close();
            monitor = newMonitor();
            monitor.attach();
        } else {
            agenda.in(millis(50, 500), this::reconnect);
        }
    }

    private void receive(MonitorModel.Message message) {
        connected |= message.signal() instanceof Signal.Attached;
        if (connected) {
            referee.receives(message, state);
            take(message.signal());
            referee.received(message, state);
        }
    }

    private void sample() {
        agenda.in(Duration.ofMillis(900), () -> {
            if (connected) {
                monitor.readCounters();
            }
            sample();
        });
    }

    private void take(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        referee.took(signal, step, qemu);
        step.actions().forEach(this::carryOut);
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.ReadSituation _ -> monitor.readSituation();
            case Action.ReadCounters _ -> monitor.readCounters();
            case Action.ReadRunState _ -> monitor.readRunState();
            case Action.SendSystemReset _ -> monitor.systemReset(() -> reset(false, false));
            case Action.SendRebootAction _ -> monitor.rebootIsReset();
            case Action.SendCont _ -> monitor.goOn(this::goOn);
            case Action.LookAtProcess _ -> look();
            case Action.WakeAt wake -> wake(wake.at());
            case Action.Opened _, Action.Closed _, Action.Found _, Action.Shown _ -> {}
            case Action.Busy _, Action.NotReachable _, Action.LaunchChanged _ -> {}
        }
    }

    /** A process that is ending may look alive, and any may be out of sight. */
    private void look() {
        var seen = random.nextInt(8) == 0
                ? Signal.ProcessState.UNKNOWN
                : qemu.alive || random.nextInt(3) == 0 ? Signal.ProcessState.RUNNING : Signal.ProcessState.ENDED;
        agenda.in(millis(1, 20), () -> take(new Signal.ProcessSeen(agenda.now(), seen)));
    }

    /** Ticks come a little early, late, and twice. */
    private void wake(Instant at) {
        var delay = Duration.between(agenda.now(), at).plusNanos(random.nextInt(-200_000, 5_000_000));
        int times = random.nextInt(10) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            agenda.in(delay.isNegative() ? Duration.ZERO : delay, () -> take(new Signal.Tick(agenda.now())));
        }
    }
}
