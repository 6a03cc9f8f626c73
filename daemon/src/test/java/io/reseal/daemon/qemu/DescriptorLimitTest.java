package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.peer.ScriptedPeer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A daemon whose limit of open files is too small for all its guests. */
@Requires({})
class DescriptorLimitTest {
    private static final int GUESTS = 100;
    private static final String SENTENCE = "not connected: the limit of 200 open files";

    @Test
    void guests_for_which_there_are_no_descriptors_are_told_and_HTTP_goes_on(Testbed testbed) {
        IntStream.range(0, GUESTS)
                .forEach(i -> testbed.own(ScriptedPeer.listen(testbed.folder().resolve("g%03d.qmp".formatted(i)))));

        var daemon = DaemonProcess.startWithFiles(testbed, TestConfig.in(testbed.folder()), 200);

        await("some are watched, all others are told")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(daemon.guests().stream()
                                .map(guest -> guest.state().equals("watching")
                                        ? "watching"
                                        : guest.json().path("stateDetail").asString(""))
                                .map(told -> told.contains(SENTENCE) ? SENTENCE : told))
                        .as("guests; log: %s", daemon.logText())
                        .hasSize(GUESTS)
                        .containsOnly("watching", SENTENCE));
        for (int i = 0; i < 50; i++) {
            assertThat(daemon.client().get("/metrics").body())
                    .containsPattern("reseal_monitors_refused_total [1-9]")
                    .contains("reseal_stuck 0");
        }
        assertThat(daemon.logText()).doesNotContain("Too many open files", "Exception");
    }
}
