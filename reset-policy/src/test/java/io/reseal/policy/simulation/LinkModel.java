package io.reseal.policy.simulation;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection;
import io.reseal.policy.supervision.EarlyEvents;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The connection to one simulated guest's monitor: made, identified, sampled, lost and made again, as by the daemon. */
final class LinkModel {
    /** What it needs of the world. */
    interface World {
        /** Who listens on the socket now. */
        Optional<QemuModel> listener();

        /** How that process is told from others. */
        QemuIdentity identity(QemuModel qemu);

        /** Whether that process is to be seen still. */
        boolean there(QemuIdentity.ProcessId process);

        /** What QEMU sends goes to that connection from now on. */
        void connected(MonitorModel monitor);
    }

    private static final int SAMPLE_MILLIS = 1900;

    private final World world;
    private final VirtualTime agenda;
    private final RandomGenerator random;
    private final DaemonModel.Setting setting;
    private final DaemonModel owner;
    private Optional<Attempt> attempt = Optional.empty();
    private boolean closed;
    private boolean samples = true;

    LinkModel(World world, VirtualTime agenda, RandomGenerator random, DaemonModel.Setting setting, DaemonModel owner) {
        this.world = world;
        this.agenda = agenda;
        this.random = random;
        this.setting = setting;
        this.owner = owner;
    }

    boolean attached() {
        return attempt.filter(a -> a.identified).isPresent();
    }

    void close() {
        closed = true;
        attempt.ifPresent(a -> a.monitor.close());
        attempt = Optional.empty();
    }

    /** No more samples are taken: what is open ends without them. */
    void fallSilent() {
        samples = false;
    }

    /** Connects if somebody listens, else later. */
    void open() {
        if (closed || attempt.isPresent()) {
            return;
        }
        var listener = world.listener();
        if (listener.isEmpty()) {
            if (owner.state().connection().is(Connection.Link.DOWN)) {
                lookAtProcess();
            }
            retry(50, 400);
        } else {
            var made = new Attempt(listener.get());
            attempt = Optional.of(made);
            world.connected(made.monitor);
            made.identify();
        }
    }

    private void retry(int from, int to) {
        agenda.in(Duration.ofMillis(random.nextInt(from, to)), () -> owner.awake(this::open));
    }

    /** The connection breaks, and what is on its way with it. */
    void cut(String why) {
        attempt.ifPresent(a -> {
            a.monitor.cut();
            owner.awake(() -> a.closed(why));
        });
    }

    /** Empty while there is no connection. */
    Optional<CommandsModel> commands() {
        return attempt.map(a -> a.commands);
    }

    /** What is seen counts only if the guest is still that process when it is told. */
    void lookAtProcess() {
        var known = known();
        agenda.in(Duration.ofMillis(random.nextInt(1, 20)), () -> {
            boolean there = known.process().map(world::there).orElse(false);
            var seen = setting.sight().look(known, there, world.listener().isPresent());
            owner.awake(() -> {
                if (known().process().equals(known.process())) {
                    owner.signal(new Signal.ProcessSeen(owner.now(), seen));
                }
            });
        });
    }

    private QemuIdentity known() {
        return owner.state().identity().facts().map(GuestFacts::identity).orElse(QemuIdentity.UNKNOWN);
    }

    /** One connection. */
    private final class Attempt implements MonitorModel.Client {
        final MonitorModel monitor;
        final CommandsModel commands;
        private final GuestFacts facts;
        private final EarlyEvents<Emission> early = new EarlyEvents<>();
        private boolean identified;
        private boolean over;

        Attempt(QemuModel qemu) {
            var identity = setting.sight().identify(world.identity(qemu));
            this.monitor = new MonitorModel(agenda, random, qemu, setting.quality(), this);
            this.facts = seen(qemu, identity);
            this.commands = new CommandsModel(monitor, owner, setting.referee(), facts.processSeen());
        }

        /** The command line is part of what /proc tells. */
        private GuestFacts seen(QemuModel qemu, QemuIdentity identity) {
            var truly = qemu.start.facts();
            boolean told = identity.process().isPresent();
            return new GuestFacts(
                    truly.uuid(),
                    identity,
                    told,
                    truly.kind(),
                    truly.qemu(),
                    truly.kvm(),
                    truly.rebuildForced(),
                    told ? truly.rebootAction() : truly.rebootAction().withShutdown(false),
                    truly.firmwareEchoes());
        }

        void identify() {
            commands.situation((situation, why) -> {
                if (over) {
                    return;
                }
                if (situation.isEmpty() || early.overflowed()) {
                    closed(why);
                } else {
                    attached(situation.get());
                }
            });
        }

        private void attached(GuestReading situation) {
            int incarnation = owner.state().incarnation().number();
            setting.referee().attaches(monitor.qemu, facts.identity(), owner.state());
            identified = true;
            owner.signal(new Signal.Attached(owner.now(), facts, situation));
            var news = early.news(owner.state().incarnation().number() > incarnation);
            if (news.reset()) {
                owner.signal(new Signal.CountersRead(owner.now(), VcpuCounters.NONE));
                monitor.qemu.launch.unread();
            }
            news.events().forEach(emission -> owner.signal(emission.signal().apply(owner.now()), emission));
            sample();
        }

        private void sample() {
            agenda.in(Duration.ofMillis(SAMPLE_MILLIS), () -> {
                if (!over && samples) {
                    owner.awake(() -> {
                        if (!over && owner.state().resets().open().isEmpty()) {
                            commands.readSituation();
                        }
                    });
                    sample();
                }
            });
        }

        @Override
        public void event(Emission emission) {
            owner.awake(() -> {
                if (over) {
                    return;
                }
                commands.eventCame();
                if (identified) {
                    owner.signal(emission.signal().apply(owner.now()), emission);
                } else {
                    early.add(emission, emission.signal().apply(owner.now()));
                }
            });
        }

        @Override
        public void answered(Truth truth, Runnable take) {
            owner.awake(() -> {
                if (!over && !closed) {
                    setting.referee().hears(truth);
                }
                if (!over) {
                    take.run();
                }
            });
        }

        @Override
        public void closed(String why) {
            owner.awake(() -> end(why));
        }

        private void end(String why) {
            if (over) {
                return;
            }
            over = true;
            attempt = Optional.empty();
            monitor.close();
            boolean told = random.nextBoolean();
            if (told) {
                monitor.failCalls();
            }
            if (identified) {
                owner.signal(new Signal.Detached(owner.now(), why));
            }
            if (!told) {
                monitor.failCalls();
            }
            retry(5, random.nextInt(4) == 0 ? 2_500 : 300);
        }
    }
}
