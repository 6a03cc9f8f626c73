package io.reseal.policy.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** How a simulated QEMU resets: nothing else is done meanwhile, STOP tells of a failure, RESET comes last and the reply after it. */
final class Resetting {
    private final QemuModel qemu;
    private final VirtualTime agenda;
    private final RandomGenerator random;

    Resetting(QemuModel qemu, VirtualTime agenda, RandomGenerator random) {
        this.qemu = qemu;
        this.agenda = agenda;
        this.random = random;
    }

    /** @param returned what is done when the command returns, which is after the RESET */
    void reset(Physical.By by, Optional<String> ours, Runnable returned) {
        if (qemu.rebootIsShutdown) {
            qemu.shutDown(by.reason());
            returned.run();
            return;
        }
        var fate = qemu.fate(random.nextInt(100));
        boolean ran = qemu.running();
        if (fate == Rebuild.Fate.ORDINARY) {
            finish(by, ours, fate, ran);
            returned.run();
            return;
        }
        long takes = qemu.start.launchTime().toNanos() * (50 + random.nextInt(100)) / 100;
        long half = agenda.nanos() + takes / 2;
        long end = qemu.standStill(Duration.ofNanos(takes));
        if (fate == Rebuild.Fate.DEADLY) {
            agenda.at(half, qemu::end);
            return;
        }
        if (ran && fate.fails()) {
            agenda.at(half, () -> qemu.stop("internal-error"));
        }
        agenda.at(end - 1, () -> {
            if (qemu.alive) {
                finish(by, ours, fate, ran);
                returned.run();
            }
        });
    }

    private void finish(Physical.By by, Optional<String> ours, Rebuild.Fate fate, boolean ran) {
        qemu.rebuilt(fate);
        qemu.told(new Physical(
                qemu,
                qemu.resets.size(),
                agenda.now(),
                by,
                ours,
                fate == Rebuild.Fate.REBUILT,
                qemu.failed(),
                ran,
                fate.restartsCounters() ? qemu.launch.launchAgain() : LaunchModel.Sameness.SAME));
        if (qemu.start.facts().firmwareEchoes() && by != Physical.By.ECHO) {
            echoLater(Duration.ofMillis(130 + random.nextInt(40)));
        }
    }

    /** Of the newest reset, once the guest has run for long enough. */
    private void echoLater(Duration time) {
        int number = qemu.resets.size();
        agenda.in(time, () -> {
            if (!qemu.alive || qemu.resets.size() != number) {
                return;
            }
            if (qemu.running() && qemu.free()) {
                reset(Physical.By.ECHO, Optional.empty(), () -> {});
            } else {
                echoLater(Duration.ofMillis(130));
            }
        });
    }
}
