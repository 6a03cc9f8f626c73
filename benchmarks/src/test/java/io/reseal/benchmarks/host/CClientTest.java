package io.reseal.benchmarks.host;

import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@Requires(CVM)
class CClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void a_reset_takes_longer_from_its_request_than_from_the_RESET_event() {
        try (var folder = SocketFolder.create();
                var guest = Qemu.guest().sevSnp().start()) {
            var reset = client(folder).reset(guest.qmp());
            assertThat(reset.fromEvent()).isPositive();
            assertThat(reset.fromRequest()).isGreaterThan(reset.fromEvent());
            assertRebuilt(guest);
        }
    }

    private static void assertRebuilt(QemuGuest guest) {
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.launches()).hasSize(2);
    }

    /** Surefire's working directory is that of the module. */
    private static CClient client(SocketFolder folder) {
        return CClient.compile(Path.of("src/main/c/qmp-ping.c"), folder.path());
    }
}
