package io.reseal.testbed.hostile;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Another client of the same QEMU, on a monitor of its own, which pauses and resets the guest as it likes. */
final class OtherClient extends Attack {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final QemuGuest guest;

    OtherClient(Path folder) {
        super(Sight.of("another client of a QEMU", "commands"));
        this.guest = Qemu.guest()
                .memoryMiB(16)
                .name("shared")
                .socket(folder.resolve("shared.qmp"))
                .start();
    }

    @Override
    void strike() throws IOException, InterruptedException {
        try {
            for (var command : new String[] {"stop", "system_reset", "cont", "system_reset"}) {
                guest.monitor().execute(command);
                count(1);
                Thread.sleep(PAUSE);
            }
        } catch (TestbedException rejected) {
            throw new IOException(rejected);
        }
    }

    @Override
    void release() {
        guest.close();
    }
}
