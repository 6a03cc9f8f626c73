package io.reseal.testbed.soak;

import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuBinary;
import io.reseal.testbed.qemu.QemuGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A guest that behaves, and that is rebuilt at each reset. */
sealed interface GoodGuest extends AutoCloseable {
    int MEMORY_MIB = 16;
    int STARTED_AT_ONCE = 4;
    Duration PATIENCE = Duration.ofSeconds(30);

    String name();

    /** The monitor that the daemon has. */
    Path monitor();

    /** Makes exits to the hypervisor: their count is seen to be smaller after the next reset. */
    void work();

    boolean isAlive();

    @Override
    void close();

    /** Real ones where KVM rebuilds them, else scripted ones. */
    static List<GoodGuest> start(int count, Path folder) {
        if (QemuBinary.kvmUsable()) {
            return Qemu.startAll(
                            count,
                            STARTED_AT_ONCE,
                            i -> Qemu.guest()
                                    .kvm()
                                    .rebuildOnReset()
                                    .memoryMiB(MEMORY_MIB)
                                    .name("good-" + i)
                                    .socket(socket(folder, i)))
                    .stream()
                    .<GoodGuest>map(Real::new)
                    .toList();
        }
        return IntStream.range(0, count)
                .<GoodGuest>mapToObj(i -> Scripted.listen("good-" + i, socket(folder, i)))
                .toList();
    }

    private static Path socket(Path folder, int number) {
        return folder.resolve("good-" + number + ".qmp");
    }

    record Real(QemuGuest guest) implements GoodGuest {
        @Override
        public String name() {
            return guest.name();
        }

        @Override
        public Path monitor() {
            return guest.qmp();
        }

        @Override
        public void work() {
            guest.serial().work(PATIENCE);
        }

        @Override
        public boolean isAlive() {
            return guest.isAlive();
        }

        @Override
        public void close() {
            guest.close();
        }
    }

    record Scripted(String name, ScriptedPeer peer) implements GoodGuest {
        private static final long EXITS = 10_000;

        static Scripted listen(String name, Path socket) {
            return new Scripted(
                    name, ScriptedPeer.listen(socket).named(name).property("/machine", "x-change-vmfd-on-reset", true));
        }

        @Override
        public Path monitor() {
            return peer.socket();
        }

        @Override
        public void work() {
            peer.counters(0, EXITS);
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void close() {
            peer.close();
        }
    }
}
