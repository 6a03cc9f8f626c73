package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.platform.FakeCvm.Step;
import io.reseal.testbed.qemu.QemuGuest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(CVM)
class LongResetTest {
    /** Long enough for what happens during it on a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(12);

    @Test
    void a_long_reset_ends_unproven_when_a_reload_removes_its_guest_and_whoever_waits_hears_of_it(Testbed testbed) {
        slow(testbed, LONG);
        var daemon = RunningDaemon.start(testbed);
        var command = reset(testbed, daemon, "--within", "60s");

        daemon.reconfigure(TestConfig.in(testbed.folder()).with("discovery.sockets", "[]"));

        assertThat(command.awaitExit(Duration.ofSeconds(5)))
                .as(command.output())
                .isEqualTo(4);
        assertThat(command.output()).contains("unproven", "no longer watched");
        var reset = daemon.resets("web-1").getFirst();
        assertThat(reset.verdict()).isEqualTo("unproven");
        assertThat(daemon.guests()).isEmpty();
        daemon.assertCounted(Map.of("sev-snp operator unproven", 1));
    }

    @Test
    void a_long_reset_goes_on_under_another_name_when_a_reload_renames_its_guest(Testbed testbed) {
        slow(testbed, LONG);
        var daemon = RunningDaemon.start(testbed);
        var command = reset(testbed, daemon, "--within", "60s");
        var id = daemon.resets("web-1").getFirst().id();

        var socket = testbed.folder().resolve("web-1.qmp");
        daemon.reconfigure(TestConfig.in(testbed.folder()).withGuests("[{name: shop, qmp: " + socket + "}]"));

        assertThat(daemon.guests()).extracting(SeenGuest::name).containsExactly("shop");
        assertThat(command.awaitExit(LONG.plus(PATIENCE))).as(command.output()).isZero();
        assertThat(command.output()).contains("shop: proven, level rebuilt").contains(id);
        assertThat(daemon.resets("shop")).extracting(SeenReset::id).containsExactly(id);
        assertThat(daemon.awaitState("shop", "watching").blindIntervals()).isEqualTo(1);
        daemon.assertCounted(Map.of("sev-snp operator proven", 1));
    }

    @Test
    void a_long_reset_ends_unproven_when_Reseal_is_stopped_and_a_command_that_follows_it_says_so(Testbed testbed)
            throws Exception {
        var guest = slow(testbed, LONG);
        var daemon = RunningDaemon.start(testbed);
        var command = reset(testbed, daemon, "--within", "60s");

        daemon.close();

        // the command may be about to ask for the verdict when the daemon stops, and then cannot
        int exit = command.awaitExit(Duration.ofSeconds(5));
        assertThat(exit).as(command.output()).isIn(4, 7);
        assertThat(command.output())
                .contains(exit == 4 ? List.of("unproven", "Reseal was stopped") : List.of("may go on", "no daemon"));
        guest.monitor().awaitEvent("RESET", LONG.plus(PATIENCE));
    }

    @Test
    void a_long_reset_is_one_reset_though_it_outlasts_the_time_allowed_and_is_concluded_late(Testbed testbed) {
        var guest = slow(testbed, Duration.ofSeconds(9));
        var daemon = RunningDaemon.start(testbed);
        var command = reset(testbed, daemon, "--within", "1s");

        var second = daemon.request("web-1", Map.of());
        assertThat(second.status()).as(second.body()).isEqualTo(409);
        assertThat(second.json().path("type").asString()).endsWith(":reset-in-flight");
        var id = second.json().path("reset").path("id").asString();
        assertThat(command.awaitExit(Duration.ofSeconds(6)))
                .as(command.output())
                .isEqualTo(4);
        assertThat(command.output()).contains("web-1: open (reset " + id + "): the time allowed ran out");
        assertThat(daemon.resets("web-1").getFirst().closed()).isFalse();

        var reset = daemon.awaitClosed(id);
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator unproven rebuilt");
        assertThat(reset.evidence())
                .anyMatch(line -> line.startsWith("deadline"))
                .anyMatch(line -> line.startsWith("counters supports rebuilt"));
        daemon.assertCounted(Map.of("sev-snp operator unproven", 1));
        guest.serial().work(PATIENCE);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
    }

    @Test
    void a_long_reset_is_one_reset_though_it_outlasts_the_wait_for_the_reply_and_the_connection_too(Testbed testbed) {
        slow(testbed, Duration.ofSeconds(9));
        var config =
                TestConfig.in(testbed.folder()).with("qmp.reset-deadline", "2s").with("qmp.query-deadline", "1s");
        var daemon = RunningDaemon.start(testbed, config);
        reset(testbed, daemon, "--within", "1s");
        var id = daemon.resets("web-1").getFirst().id();

        var reset = daemon.awaitClosed(id);

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("unproven");
        assertThat(reset.summary()).contains("perhaps somebody else's");
        daemon.assertCounted(Map.of("sev-snp operator unproven", 1));
    }

    private static QemuGuest slow(Testbed testbed, Duration launch) {
        var platform = FakeCvm.slow(Step.LAUNCH_START, launch).launch(2);
        return TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe().platform(platform));
    }

    /** A command that waits for the reset that it has begun. */
    private static ResealCommand reset(Testbed testbed, RunningDaemon daemon, String... options) {
        daemon.awaitState("web-1", "watching");
        var arguments = new ArrayList<>(List.of("reset", "web-1"));
        arguments.addAll(List.of(options));
        var command =
                ResealCommand.start(testbed, testbed.folder().resolve("admin.sock"), arguments.toArray(String[]::new));
        await("the reset").atMost(PATIENCE).until(() -> !daemon.resets("web-1").isEmpty());
        return command;
    }
}
