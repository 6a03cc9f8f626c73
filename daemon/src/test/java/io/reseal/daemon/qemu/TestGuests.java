package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import io.reseal.testbed.qemu.Serial.Order;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Guests whose sockets lie where the daemon of a test looks. */
final class TestGuests {
    /** Starts a guest of this recipe whose socket makes the daemon call it {@code name}. */
    static QemuGuest start(Testbed testbed, String name, QemuGuestBuilder recipe) {
        return recipe.name(name).socket(testbed.folder().resolve(name + ".qmp")).start();
    }

    static QemuGuest plain(Testbed testbed, String name) {
        return start(testbed, name, Qemu.guest());
    }

    /** A plain guest that is rebuilt at each reset as a confidential one is. */
    static QemuGuest rebuilt(Testbed testbed, String name) {
        return start(testbed, name, Qemu.guest().rebuildOnReset());
    }

    /** A guest to which nothing is to happen. */
    record Bystander(QemuGuest guest) {
        static Bystander start(Testbed testbed) {
            return new Bystander(plain(testbed, "bystander"));
        }

        void assertUnharmed(RunningDaemon daemon) {
            assertThat(guest.isAlive()).isTrue();
            guest.serial().work(PATIENCE);
            assertThat(guest.serial().boots()).isEqualTo(1);
            var seen = daemon.guest(guest.name());
            assertThat(seen.state()).isEqualTo("watching");
            assertThat(seen.runState()).isEqualTo("running");
            assertThat(seen.incarnation()).isEqualTo(1);
            assertThat(seen.blindIntervals()).isEqualTo(1);
            assertThat(daemon.resets(guest.name())).isEmpty();
        }
    }

    static void reboot(QemuGuest guest) {
        long boots = guest.serial().boots();
        guest.serial().send(Order.REBOOT);
        guest.serial().awaitBoots(boots + 1, PATIENCE);
    }

    /** Waits until its first vCPU goes to sleep: with interrupts enabled, as they wake it. No timer wakes the others. */
    static void awaitSleep(QemuGuest guest) {
        long before = count(guest, "halt_exits");
        await("asleep").atMost(PATIENCE).until(() -> count(guest, "halt_exits") > before);
    }

    /** Starts the other vCPUs, so many, which from then on sleep with interrupts enabled, and awaits the first one's sleep. */
    static void startOthers(QemuGuest guest, int others) {
        awaitSleep(guest);
        guest.serial().send(Order.START_OTHERS);
        await("others asleep").atMost(PATIENCE).until(() -> sleepers(guest) == others + 1);
        awaitSleep(guest);
    }

    /** Has it halt with interrupts disabled; the first vCPU sleeps at the {@code hlt} before, and wakes for the order. */
    static void halt(QemuGuest guest) {
        awaitSleep(guest);
        long before = count(guest, "halt_exits");
        guest.serial().send(Order.HALT);
        await("halted").atMost(PATIENCE).until(() -> count(guest, "halt_exits") > before);
    }

    /** KVM's exits of all vCPUs, read over the testbed's own monitor. */
    static long exits(QemuGuest guest) {
        return count(guest, "exits");
    }

    private static long sleepers(QemuGuest guest) {
        return counts(guest, "halt_exits").filter(count -> count > 0).count();
    }

    private static long count(QemuGuest guest, String counter) {
        return counts(guest, counter).sum();
    }

    /** Of each vCPU. */
    private static LongStream counts(QemuGuest guest, String counter) {
        var stats = guest.monitor()
                .execute(
                        "query-stats",
                        Map.of(
                                "target",
                                "vcpu",
                                "providers",
                                List.of(Map.of("provider", "kvm", "names", List.of(counter)))));
        return stats.valueStream()
                .flatMap(vcpu -> vcpu.path("stats").valueStream())
                .mapToLong(stat -> stat.path("value").asLong());
    }

    private TestGuests() {}
}
