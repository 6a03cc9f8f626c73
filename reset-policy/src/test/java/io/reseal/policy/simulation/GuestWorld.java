package io.reseal.policy.simulation;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.RunState;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** One guest on its host: QEMU processes come and go, and one daemon watches them. */
final class GuestWorld implements LinkModel.World {
    /** What it has in common with the other guests of a run. */
    record Common(VirtualTime agenda, RandomGenerator random, DaemonModel.Desk desk, Tally tally) {}

    private static final String UUID = "2f1f9a6e-0000-4000-8000-000000000001";

    final Scenario scenario;
    private final Common common;
    private final VirtualTime agenda;
    private final RandomGenerator random;
    private final Map<QemuModel, QemuIdentity> identities = new HashMap<>();
    private final Map<QemuIdentity.ProcessId, Long> goneAt = new HashMap<>();
    private Optional<MonitorModel> monitor = Optional.empty();
    private int daemons;
    private long processes;
    private boolean quiet;
    private SimulationOracle referee;
    private DaemonModel daemon;
    private QemuModel qemu;

    GuestWorld(Common common, String name) {
        this.common = common;
        this.agenda = common.agenda();
        this.random = common.random();
        this.scenario = Scenario.draw(random);
        this.qemu = boot(scenario.stopped());
        var first = first(name);
        this.referee = new SimulationOracle(agenda, first, common.tally());
        this.daemon = watch(first);
    }

    private GuestState first(String name) {
        return GuestState.unseen(new GuestState.Header(name, name + "-" + daemons++, scenario.policy(), agenda.wall()));
    }

    private DaemonModel watch(GuestState first) {
        return new DaemonModel(
                this,
                agenda,
                random,
                new DaemonModel.Setting(
                        new Sight(scenario.sight(), random),
                        scenario.quality(),
                        referee,
                        common.desk(),
                        common.tally().mostResets),
                first);
    }

    /** Lets go of the guest, and watches it again. */
    void watchAnew(String why) {
        if (daemon.stopped()) {
            return;
        }
        var name = daemon.state().identity().name();
        daemon.stop(why, listener().isEmpty());
        referee.atTheEnd(daemon.state());
        var first = first(name);
        referee = new SimulationOracle(agenda, first, common.tally());
        daemon = watch(first);
        daemon.link().open();
    }

    /** Reseal ends, and begins again a little later with what its journal knows of the guest. */
    void restart() {
        if (daemon.stopped()) {
            return;
        }
        var known = daemon.state();
        var knownAt = daemon.heardAt();
        daemon.end();
        var pause = Duration.ofMillis(random.nextInt(0, 3_000));
        referee.daemonStandsStill(agenda.nanos() + pause.toNanos());
        agenda.in(pause, () -> {
            var first = first(known.identity().name());
            referee.restarts(first);
            daemon = watch(first);
            daemon.signal(new Signal.Restored(daemon.now(), known, knownAt));
            if (known.connection().up()) {
                daemon.signal(new Signal.Detached(daemon.now(), "Reseal was restarted"));
            }
            daemon.link().open();
            if (quiet) {
                daemon.link().fallSilent();
            }
        });
    }

    DaemonModel daemon() {
        return daemon;
    }

    QemuModel qemu() {
        return qemu;
    }

    SimulationOracle referee() {
        return referee;
    }

    void atTheEnd() {
        referee.atTheEnd(daemon.state());
    }

    /** Nobody meddles any more, and everything gets the time to come to rest. */
    void fallSilent() {
        quiet = true;
        daemon.link().fallSilent();
    }

    // QEMU processes

    private QemuModel boot(boolean stopped) {
        var shutdown = scenario.rebootIsShutdown() || scenario.manager();
        var facts = new GuestFacts(
                UUID,
                QemuIdentity.UNKNOWN,
                true,
                scenario.kind(),
                new QemuRelease(11, 1, 3),
                scenario.kvm(),
                scenario.forced(),
                new RebootAction(shutdown, Optional.empty()),
                scenario.echoes());
        var start = new QemuModel.Start(
                facts,
                scenario.noShutdown() || scenario.manager(),
                scenario.tellsSevState(),
                scenario.countsExits(),
                scenario.launchTime(),
                scenario.failures(),
                new LaunchModel(scenario.kind(), agenda.wall(), 0x30000, scenario.bundlePolicy()));
        var wire = new Wire();
        var made = new QemuModel(start, stopped ? RunState.PRELAUNCH : RunState.RUNNING, agenda, random, wire);
        wire.of = Optional.of(made);
        identities.put(made, identify());
        return made;
    }

    private QemuIdentity identify() {
        long number = ++processes;
        return new QemuIdentity(
                Optional.of(new QemuIdentity.ProcessId(100 + number, number)),
                OptionalLong.of(5_000 + number),
                Optional.of(new QemuIdentity.SocketId(1, 40 + number % 2, number)),
                OptionalLong.of(scenario.sharedThreads() ? 7 : 200 + number));
    }

    /** What a process sends goes to each connected client to it. */
    private final class Wire implements QemuModel.Wire {
        private Optional<QemuModel> of = Optional.empty();

        private Optional<MonitorModel> mine() {
            return monitor.filter(
                    connected -> of.filter(qemu -> qemu == connected.qemu).isPresent());
        }

        @Override
        public void emit(Emission emission) {
            mine().ifPresent(connected -> connected.emit(emission));
        }

        @Override
        public void ended() {
            mine().ifPresent(MonitorModel::ended);
            of.ifPresent(GuestWorld.this::bury);
        }
    }

    /** A process that has ended is to be seen for a while; its owner starts another. */
    private void bury(QemuModel ended) {
        long lingers = random.nextInt(4) == 0 ? random.nextInt(0, 4_000) : random.nextInt(0, 30);
        var process = identity(ended).process().orElseThrow();
        goneAt.put(process, agenda.nanos() + Duration.ofMillis(lingers).toNanos());
        boolean recreates = scenario.manager() && ended.toldReboot;
        agenda.in(Duration.ofMillis(random.nextInt(200, 3_000)), () -> {
            qemu = boot(recreates || scenario.stopped());
            if (recreates || quiet) {
                agenda.in(Duration.ofMillis(random.nextInt(20, 600)), () -> qemu.soon(qemu::cont));
            }
        });
    }

    // What the daemon sees of it

    @Override
    public Optional<QemuModel> listener() {
        return Optional.of(qemu).filter(process -> process.listening);
    }

    @Override
    public QemuIdentity identity(QemuModel process) {
        return identities.getOrDefault(process, QemuIdentity.UNKNOWN);
    }

    @Override
    public boolean there(QemuIdentity.ProcessId process) {
        return goneAt.getOrDefault(process, Long.MAX_VALUE) > agenda.nanos();
    }

    @Override
    public void connected(MonitorModel to) {
        monitor = Optional.of(to);
    }

    /** The monitor's socket is made again: another file, by the same process. */
    void unlisten() {
        qemu.listening = false;
        daemon.link().cut("reset by peer");
        var process = qemu;
        var was = identity(process);
        identities.put(
                process,
                new QemuIdentity(
                        was.process(),
                        was.pidfd(),
                        Optional.of(new QemuIdentity.SocketId(1, 90, agenda.nanos())),
                        was.thread()));
        agenda.in(Duration.ofMillis(random.nextInt(10, 1_500)), () -> process.listening = process.alive);
    }
}
