package io.reseal.daemon.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/** A hazard stops a reset before anything is sent, and is shown with its cure; forced, the reset is sent all the same. */
final class Refusals {
    static void assertRefused(RunningDaemon daemon, String hazard) {
        var shown = daemon.awaitGuest("web-1", seen -> seen.hazards().contains(hazard));
        assertThat(shown.resettable()).isFalse();
        for (var each : shown.json().path("hazards")) {
            assertThat(each.path("affected").asString()).isNotBlank();
            assertThat(each.path("consequence").asString()).isNotBlank();
            assertThat(each.path("cure").asString()).isNotBlank();
        }
        var answer = daemon.request("web-1", Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.json().path("detail").asString()).contains(hazard);
        assertThat(planned(daemon)).doesNotContain("system_reset", "set-action", "cont");
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("system_reset ok");
    }

    /** What a dry run says would be sent. */
    private static List<String> planned(RunningDaemon daemon) {
        var plan = daemon.request("web-1", Map.of("dryRun", true));
        return plan.json()
                .path("sends")
                .valueStream()
                .map(command -> command.asString())
                .toList();
    }

    static SeenReset force(RunningDaemon daemon, String hazard) {
        var members = Map.of("force", List.of(hazard), "prove", "same-launch");
        return daemon.awaitClosed(daemon.begin("web-1", members).id());
    }

    private Refusals() {}
}
