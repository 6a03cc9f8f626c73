package io.reseal.policy.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.Prediction.Interrupts;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Contents;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.machine.SampleGuests;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdBlockHazardsTest {
    private static final String START = "0a".repeat(48);
    private static final String ENABLED = "0b".repeat(48);
    private static final String OTHER = "0c".repeat(48);
    private static final Prediction EXPECTED =
            new Prediction(START, Optional.of(new Interrupts(1, ENABLED, ENABLED, Set.of(), true)));

    @Test
    void an_ID_block_with_a_digest_that_the_launch_cannot_have_makes_the_PSP_refuse_the_launch() {
        for (var launches : List.of(bundle(OTHER), bios(OTHER))) {
            assertThat(hazards(launches)).singleElement().satisfies(hazard -> {
                assertThat(hazard.id()).isEqualTo(HazardId.ID_BLOCK_MISMATCH);
                assertThat(hazard.consequence()).contains(OTHER, EXPECTED.words());
                assertThat(hazard.stops()).isTrue();
            });
        }
    }

    @Test
    void an_ID_block_with_the_digest_for_disabled_interrupts_alone_stops_a_reset_that_is_not_forced() {
        for (var launches : List.of(bundle(START), bios(START))) {
            assertThat(hazards(launches)).singleElement().satisfies(hazard -> {
                assertThat(hazard.id()).isEqualTo(HazardId.ID_BLOCK_INTERRUPTS);
                assertThat(hazard.consequence()).contains("none of whose vCPUs has interrupts enabled");
                assertThat(hazard.cure()).isEqualTo("Reboot the guest from inside, which disables interrupts first.");
                assertThat(hazard.stops()).isTrue();
                assertThat(hazard.forceable()).isTrue();
            });
        }
    }

    @Test
    void an_ID_block_with_a_digest_for_enabled_interrupts_alone_is_told_too() {
        assertThat(hazards(bundle(ENABLED))).singleElement().satisfies(hazard -> {
            assertThat(hazard.id()).isEqualTo(HazardId.ID_BLOCK_INTERRUPTS);
            assertThat(hazard.consequence()).contains("some of whose vCPUs have interrupts enabled");
        });
    }

    @Test
    void an_ID_block_is_no_hazard_where_it_demands_nothing_or_the_launch_digest_is_not_known() {
        assertThat(hazards(read("", Optional.of(EXPECTED)))).isEmpty();
        assertThat(hazards(read("not base64!", Optional.of(EXPECTED)))).isEmpty();
        assertThat(hazards(read(Base64.getEncoder().encodeToString(new byte[95]), Optional.of(EXPECTED))))
                .isEmpty();
        assertThat(hazards(read(block(OTHER), Optional.empty()))).isEmpty();
    }

    private static List<Hazard> hazards(LaunchHistory launches) {
        return Hazards.of(
                SampleGuests.guest(GuestKind.SEV_SNP),
                new Condition(new RunState("running"), false, ResetPolicy.Terms.DEFAULT, launches, false, false));
    }

    private static LaunchHistory bios(String demanded) {
        return read(block(demanded), Optional.of(EXPECTED));
    }

    private static String block(String digest) {
        return Base64.getEncoder().encodeToString(Arrays.copyOf(HexFormat.of().parseHex(digest), 96));
    }

    private static LaunchHistory read(String block, Optional<Prediction> expected) {
        var launch =
                new Launch(Map.of("id-block", block), Optional.empty(), Optional.empty(), Optional.empty(), expected);
        return LaunchHistory.UNKNOWN.read(launch, HostCapacity.UNKNOWN);
    }

    private static LaunchHistory bundle(String demanded) {
        var contents = new Contents(OptionalLong.empty(), Optional.of(demanded));
        var bundle = new Bundle(
                "/b",
                Optional.of(new Launch.Fingerprint(4096, "a", 1, 0)),
                true,
                false,
                Set.of("igvm0"),
                Optional.of("igvm0"),
                Optional.of(contents));
        var launch = new Launch(
                Map.of("policy", "0x30000"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(bundle),
                Optional.of(EXPECTED));
        return LaunchHistory.UNKNOWN.read(launch, HostCapacity.UNKNOWN);
    }
}
