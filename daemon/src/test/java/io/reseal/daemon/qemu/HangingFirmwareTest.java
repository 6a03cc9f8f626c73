package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.FUSE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.process.HangingMount;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The server of the file system stops that one guest has its firmware on. */
@Requires({CVM, FUSE})
class HangingFirmwareTest {
    @Test
    void firmware_that_hangs_is_told_and_the_neighbour_of_its_guest_is_reset_and_proven_as_before(Testbed testbed)
            throws IOException {
        var source = testbed.folder().resolve("source");
        var mount = testbed.own(HangingMount.of(source, testbed.folder().resolve("mount")));
        Files.copy(TinyGuest.image(), source.resolve("fw.bin"));
        var hung = CvmKind.SEV_SNP.recipe().tinyGuest(mount.point().resolve("fw.bin"));
        TestGuests.start(testbed, "hung", hung);
        TestGuests.start(testbed, "well", CvmKind.SEV_SNP.recipe());
        var daemon = RunningDaemon.start(testbed, "qmp.sample", "300ms").watching("hung", "well");

        mount.hang();
        daemon.awaitGuest("hung", guest -> detail(guest).contains("fw.bin cannot be looked at: the file system fuse"));
        assertThat(daemon.reset("well").outcome()).isEqualTo("operator proven rebuilt");

        mount.goOn();
        daemon.awaitGuest("hung", guest -> detail(guest).isEmpty());
        assertThat(daemon.reset("hung").outcome()).isEqualTo("operator proven rebuilt");
    }

    private static String detail(SeenGuest guest) {
        return guest.json().path("stateDetail").asString("");
    }
}
