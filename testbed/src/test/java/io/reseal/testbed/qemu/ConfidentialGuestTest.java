package io.reseal.testbed.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.OVMF;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.platform.LaunchTrace;
import io.reseal.testbed.qemu.Serial.Order;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Launches and resets that go well. */
@Requires(CVM)
class ConfidentialGuestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    enum Kind {
        SEV("sev", 1),
        SEV_ES("sev-es", 3),
        SEV_SNP("sev-snp", 3),
        TDX("tdx", 3);

        private final String word;
        private final int launchesAfterTwoResets;

        Kind(String word, int launchesAfterTwoResets) {
            this.word = word;
            this.launchesAfterTwoResets = launchesAfterTwoResets;
        }

        QemuGuestBuilder guest() {
            return switch (this) {
                case SEV -> Qemu.guest().sev();
                case SEV_ES -> Qemu.guest().sevEs();
                case SEV_SNP -> Qemu.guest().sevSnp();
                case TDX -> Qemu.guest().tdx();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void each_kind_is_launched_and_boots_and_does_so_again_at_each_reset(Kind kind) {
        var guest = kind.guest().smp(2).start();
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        guest.serial().send(Order.REBOOT);
        guest.serial().awaitBoots(3, PATIENCE);
        assertThat(status(guest)).isEqualTo("running");
        assertThat(guest.monitor().eventNames()).containsExactly("RESET", "RESET");
        assertThat(guest.launches()).hasSize(kind.launchesAfterTwoResets).allSatisfy(launch -> {
            assertThat(launch.kind()).isEqualTo(kind.word);
            assertThat(launch.isFinished()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SEV_ES", "SEV_SNP", "TDX"})
    void a_rebuild_launches_the_same_pages_and_ends_the_VM_before(Kind kind) {
        var guest = kind.guest().start();
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        var launches = guest.launches();
        assertThat(launches.get(1).pages())
                .isNotEmpty()
                .isEqualTo(launches.get(0).pages());
        assertThat(launches).extracting(LaunchTrace::hasEnded).containsExactly(true, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEV_SNP", "TDX"})
    void a_reset_by_the_guest_gives_the_same_launch_digest(Kind kind) {
        var guest = kind.guest().smp(2).start();
        guest.serial().send(Order.REBOOT);
        guest.serial().awaitBoots(2, PATIENCE);
        var launches = guest.launches();
        assertThat(launches.get(0).digest())
                .isPresent()
                .isEqualTo(launches.get(1).digest());
    }

    @Test
    void an_SEV_guest_keeps_its_handle_and_an_SEV_ES_guest_gets_another() {
        var sev = Qemu.guest().sev().start();
        var es = Qemu.guest().sevEs().start();
        for (var guest : List.of(sev, es)) {
            guest.monitor().execute("system_reset");
            guest.serial().awaitBoots(2, PATIENCE);
        }
        assertThat(querySev(sev).path("handle").asInt()).isEqualTo(1);
        assertThat(querySev(es).path("handle").asInt()).isEqualTo(2);
        assertThat(querySev(es).path("state").asString()).isEqualTo("running");
    }

    @Test
    void what_is_launched_is_told_with_its_identity() {
        var guest = Qemu.guest()
                .sevSnp()
                .property("policy", "0xb0000")
                .property("host-data", "q".repeat(42) + "o=")
                .start();
        var launch = guest.launches().getFirst();
        assertThat(launch.policy()).hasValue(0xb0000);
        assertThat(launch.steps("LAUNCH_FINISH").getFirst().text("hostData").orElseThrow())
                .hasSize(64)
                .startsWith("aaaaaa");
        assertThat(launch.pages().getFirst().gpa()).hasValue(0xffff0000L);
        assertThat(launch.vmsas())
                .singleElement()
                .satisfies(vmsa -> assertThat(vmsa.bytes()).hasSize(4096));
    }

    @ParameterizedTest
    @EnumSource
    @Requires(OVMF)
    void OVMF_is_launched_as_any_kind_and_again_at_a_reset(Kind kind) {
        var guest = kind.guest().ovmf().start();
        guest.monitor().execute("system_reset");
        var launches = guest.launches();
        assertThat(launches).hasSize(kind == Kind.SEV ? 1 : 2).allMatch(LaunchTrace::isFinished);
        assertThat(launches.getLast().pages()).isEqualTo(launches.getFirst().pages());
        assertThat(launches.getFirst().pages().getFirst().length()).isGreaterThan(3 << 20);
    }

    private static String status(QemuGuest guest) {
        return guest.monitor().execute("query-status").path("status").asString();
    }

    private static JsonNode querySev(QemuGuest guest) {
        return guest.monitor().execute("query-sev", Map.of());
    }
}
