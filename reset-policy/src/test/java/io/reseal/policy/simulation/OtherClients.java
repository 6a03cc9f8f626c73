package io.reseal.policy.simulation;

import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Does to one simulated guest what people, programs and hosts do to guests. */
final class OtherClients {
    private static final List<String> ERRORS = List.of("io-error", "internal-error", "debug", "colo");

    /** What concerns more than the one guest. */
    interface Fleet {
        void request(GuestWorld of);

        void setClock(Duration by);

        void reload(GuestWorld of);
    }

    private final GuestWorld world;
    private final VirtualTime agenda;
    private final RandomGenerator random;
    private final Fleet fleet;
    private boolean over;

    OtherClients(GuestWorld world, GuestWorld.Common common, Fleet fleet) {
        this.world = world;
        this.agenda = common.agenda();
        this.random = common.random();
        this.fleet = fleet;
    }

    void begin() {
        agenda.in(random.nextBoolean() ? millis(1, 40) : millis(1, 3_000), () -> {
            if (!over) {
                meddle(Scenario.oneOf(random, world.scenario.meddlings()));
                begin();
            }
        });
    }

    void end() {
        over = true;
    }

    private Duration millis(int from, int to) {
        return Duration.ofMillis(random.nextInt(from, to));
    }

    private QemuModel qemu() {
        return world.qemu();
    }

    private void meddle(Scenario.Meddling meddling) {
        switch (meddling) {
            case REQUEST -> fleet.request(world);
            case GUEST_REBOOTS -> qemu().guestReset();
            case REBOOT_LOOP -> rebootLoop();
            case OTHERS_RESET -> othersReset();
            case OTHERS_RESET_OFTEN -> resetOften();
            case FAKE_REBOOT -> fakeReboot();
            case STOP -> soon(() -> qemu().stop("paused"));
            case CONT -> soon(() -> qemu().cont());
            case SLEEP -> sleep();
            case PANIC -> soon(() -> qemu().panic(random.nextBoolean()));
            case ERROR -> error();
            case POWER_OFF -> end(() -> qemu().shutDown("guest-shutdown"));
            case MIGRATE -> migrate();
            case SNAPSHOT -> snapshot();
            case FIRMWARE -> qemu().launch.replaceFirmware(random.nextInt(2), agenda.wall());
            case VCPU -> soon(this::plug);
            case KILL -> end(() -> qemu().end());
            case QUIT -> end(() -> qemu().shutDown(random.nextBoolean() ? "host-qmp-quit" : "host-signal"));
            case SET_ACTION -> soon(() -> qemu().rebootIsShutdown = random.nextBoolean());
            case CLOCK -> fleet.setClock(Duration.ofMillis(random.nextInt(-200_000, 200_000)));
            case FREEZE_QEMU -> qemu().freeze(millis(100, 5_000));
            case FREEZE_DAEMON -> freezeDaemon();
            case CUT -> unlessEnding(() -> world.daemon().link().cut("reset by peer"));
            case UNLISTEN -> unlessEnding(world::unlisten);
            case RELOAD -> fleet.reload(world);
        }
    }

    /** Once that process gets to it; what it ends is ended by then. */
    private void soon(Runnable what) {
        var process = qemu();
        process.soon(() -> {
            if (process == qemu()) {
                what.run();
            }
        });
    }

    /** Who loses the connection right after a SHUTDOWN takes QEMU for ended. */
    private void unlessEnding(Runnable what) {
        if (!qemu().everToldShutdown) {
            what.run();
        }
    }

    private void end(Runnable how) {
        if (random.nextInt(3) == 0) {
            soon(how);
        }
    }

    private void othersReset() {
        if (world.scenario.launchTime().toMillis() > 100 && !qemu().free()) {
            return;
        }
        soon(() -> qemu().reset(Physical.By.OTHERS, Optional.empty(), () -> {}));
    }

    private void rebootLoop() {
        int period = random.nextInt(100, 1_500);
        for (int i = 0; i < 6; i++) {
            agenda.in(Duration.ofMillis((long) i * period), () -> qemu().guestReset());
        }
    }

    private void resetOften() {
        int times = world.scenario.launchTime().toMillis() > 100 ? 2 : random.nextInt(2, 6);
        for (int i = 0; i < times; i++) {
            agenda.in(Duration.ofNanos(i * 900_000L), () -> othersReset());
        }
    }

    /** As libvirt's fake reboot of a guest that is not TDX, and many a script. */
    private void fakeReboot() {
        soon(() -> qemu().stop("paused"));
        agenda.in(millis(0, 600), () -> othersReset());
        agenda.in(millis(600, 1_500), () -> soon(() -> qemu().cont()));
    }

    private void sleep() {
        soon(() -> qemu().suspend());
        agenda.in(millis(1, 2_000), () -> soon(() -> qemu().wakeUp()));
    }

    private void error() {
        if (random.nextInt(5) == 0) {
            soon(() -> qemu().watchdog());
        } else {
            var state = Scenario.oneOf(random, ERRORS);
            soon(() -> qemu().stop(state));
        }
    }

    private void plug() {
        if (random.nextInt(3) > 0) {
            qemu().vcpus.plug();
            qemu().launch.plug(1);
        } else {
            qemu().vcpus.unplug();
            qemu().launch.plug(-1);
        }
    }

    /** QEMU refuses it for confidential guests. */
    private void migrate() {
        if (world.scenario.kind() != GuestKind.PLAIN || qemu().migrating) {
            return;
        }
        soon(() -> qemu().migration(true));
        int precopy = random.nextInt(10, 2_000);
        agenda.in(Duration.ofMillis(precopy), () -> soon(() -> qemu().stop("finish-migrate")));
        agenda.in(Duration.ofMillis(precopy + random.nextInt(1, 300)), () -> soon(this::migrated));
    }

    private void migrated() {
        qemu().migration(false);
        if (qemu().runState.text().equals("finish-migrate")) {
            if (random.nextBoolean()) {
                qemu().runState = new RunState("postmigrate");
            } else {
                qemu().resume();
            }
        }
    }

    private void snapshot() {
        var state = random.nextBoolean() ? "save-vm" : "restore-vm";
        soon(() -> {
            if (qemu().running()) {
                qemu().stop(state);
                qemu().freeze(millis(1, 400));
                qemu().soon(() -> qemu().resume());
            }
        });
    }

    private void freezeDaemon() {
        var time = millis(100, 5_000);
        world.daemon().freeze(time);
        world.referee().daemonStandsStill(world.daemon().standsUntil());
    }
}
