package io.reseal.testbed.hostile;

import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.nio.file.Path;
import java.time.Duration;

/** A QEMU that is stopped, so that its monitor takes connections and commands and answers nothing. */
final class StoppedGuest extends Attack {
    private static final Duration STOPPED = Duration.ofSeconds(8);
    private static final Duration GOES_ON = Duration.ofSeconds(3);

    private final QemuGuest guest;

    StoppedGuest(Path folder) {
        super(Sight.of("a QEMU that is stopped", "times", "reseal_qmp_commands_total\\{.*outcome=\"timeout\"\\} .*"));
        this.guest = Qemu.guest()
                .memoryMiB(16)
                .name("stopped")
                .socket(folder.resolve("stopped.qmp"))
                .start();
    }

    @Override
    void strike() throws InterruptedException {
        guest.sigstop();
        count(1);
        Thread.sleep(STOPPED);
        guest.sigcont();
        Thread.sleep(GOES_ON);
    }

    @Override
    void release() {
        guest.close();
    }
}
