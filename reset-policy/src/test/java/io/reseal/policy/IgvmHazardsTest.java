package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Launch.Bundle;
import io.reseal.policy.Launch.Contents;
import io.reseal.policy.Launch.Fingerprint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A guest that was launched from an IGVM bundle")
class IgvmHazardsTest {
    private static final String DIGEST = "ab".repeat(48);
    private static final Fingerprint FILE = new Fingerprint(4096, "a", 1, 0);
    private static final Contents PLAIN_CONTENTS = contents(0x30000, OptionalLong.of(0x30000), Optional.empty());

    @Test
    void has_no_hazard_while_all_is_as_it_was_launched() {
        assertThat(hazards(GuestKind.SEV_SNP, known())).isEmpty();
    }

    @Test
    void keeps_its_bundle_over_a_reset_whatever_becomes_of_the_file_and_that_is_for_information_only() {
        var replaced =
                bundle(Optional.of(new Fingerprint(8192, "b", 2, 1)), false, Set.of("igvm0"), Optional.of("igvm0"));
        var hazards = hazards(GuestKind.SEV_SNP, known().read(launch(replaced), Room.UNKNOWN));
        assertThat(hazards).extracting(Hazard::id).containsExactly(HazardId.IGVM_STALE);
        assertThat(hazards.getFirst().consequence()).endsWith("the reset keeps the old firmware.");
        assertThat(Asking.stopping(hazards, Set.of(), false)).isEmpty();

        var removed = bundle(Optional.empty(), false, Set.of("igvm0"), Optional.of("igvm0"));
        assertThat(hazards(GuestKind.SEV_SNP, known().read(launch(removed), Room.UNKNOWN)))
                .isEmpty();
    }

    @Test
    void may_have_an_older_bundle_than_a_file_that_is_younger_than_QEMU() {
        var young = bundle(Optional.of(FILE), false, Set.of("igvm0"), Optional.of("igvm0"));
        assertThat(ids(GuestKind.SEV_SNP, Outlook.UNKNOWN.read(launch(young), Room.UNKNOWN)))
                .containsExactly(HazardId.IGVM_STALE);
    }

    @Test
    void must_have_one_igvm_cfg_object_and_that_must_be_the_machines() {
        assertThat(withObjects(Set.of("igvm0", "more"), Optional.of("igvm0"))).containsExactly(HazardId.IGVM_OBJECTS);
        assertThat(withObjects(Set.of("more"), Optional.of("igvm0"))).containsExactly(HazardId.IGVM_OBJECTS);
        assertThat(withObjects(Set.of(), Optional.empty())).containsExactly(HazardId.IGVM_OBJECTS);
        assertThat(withObjects(Set.of("more"), Optional.empty())).containsExactly(HazardId.IGVM_OBJECTS);
    }

    @Test
    void must_have_run_before_it_is_reset() {
        var now = new Hazards.Condition("prelaunch", false, ResetPolicy.Terms.DEFAULT, known(), false);
        assertThat(Hazards.of(Story.guest(GuestKind.SEV_SNP), now))
                .extracting(Hazard::id)
                .contains(HazardId.IGVM_NOT_RUN);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEV", "SEV_ES"})
    void of_a_kind_that_is_measured_too_early_is_told_so(GuestKind kind) {
        assertThat(ids(kind, known())).containsExactly(HazardId.SEV_IGVM);
    }

    @Test
    void of_kind_TDX_is_told_that_QEMU_does_not_know_such() {
        assertThat(ids(GuestKind.TDX, known())).containsExactly(HazardId.TDX_IGVM);
    }

    @Test
    void whose_policy_on_the_command_line_differs_from_the_bundles_is_in_for_a_change_at_its_first_reset() {
        var debug = contents(0x30000, OptionalLong.of(0xb0000), Optional.empty());
        var hazards = hazards(GuestKind.SEV_SNP, known(debug));
        assertThat(hazards).extracting(Hazard::id).containsExactly(HazardId.POLICY_TRAP);
        assertThat(hazards.getFirst().consequence())
                .contains("policy 0x30000", "bundle 0xb0000", "makes it debuggable");
        var after = known(debug).reborn(Optional.of(Instant.EPOCH)).read(launch(loaded(debug)), Room.UNKNOWN);
        assertThat(ids(GuestKind.SEV_SNP, after)).isEmpty();
    }

    @Test
    void keeps_the_policy_of_the_command_line_where_the_bundle_has_none() {
        assertThat(ids(GuestKind.SEV_SNP, known(contents(0xb0000, OptionalLong.empty(), Optional.empty()))))
                .isEmpty();
        assertThat(ids(GuestKind.SEV_SNP, known(contents(0xb0000, OptionalLong.of(0), Optional.empty()))))
                .isEmpty();
    }

    @Test
    void whose_ID_block_demands_another_digest_would_be_refused_by_the_PSP() {
        var other = contents(0x30000, OptionalLong.of(0x30000), Optional.of("00".repeat(48)));
        var same = contents(0x30000, OptionalLong.of(0x30000), Optional.of(DIGEST));
        assertThat(ids(GuestKind.SEV_SNP, known(other))).containsExactly(HazardId.ID_BLOCK_MISMATCH);
        assertThat(ids(GuestKind.SEV_SNP, known(same))).isEmpty();
    }

    private static List<HazardId> withObjects(Set<String> objects, Optional<String> linked) {
        var now = bundle(Optional.of(FILE), true, objects, linked);
        return ids(GuestKind.SEV_SNP, known().read(launch(now), Room.UNKNOWN));
    }

    private static List<HazardId> ids(GuestKind kind, Outlook outlook) {
        return hazards(kind, outlook).stream().map(Hazard::id).toList();
    }

    private static List<Hazard> hazards(GuestKind kind, Outlook outlook) {
        return Hazards.of(
                Story.guest(kind), new Hazards.Condition("running", false, ResetPolicy.Terms.DEFAULT, outlook, false));
    }

    private static Outlook known() {
        return known(PLAIN_CONTENTS);
    }

    private static Outlook known(Contents contents) {
        return Outlook.UNKNOWN.read(launch(loaded(contents)), Room.UNKNOWN);
    }

    private static Bundle loaded(Contents contents) {
        return new Bundle(
                "/b.igvm", Optional.of(FILE), true, Set.of("igvm0"), Optional.of("igvm0"), Optional.of(contents));
    }

    private static Bundle bundle(
            Optional<Fingerprint> file, boolean older, Set<String> objects, Optional<String> linked) {
        return new Bundle("/b.igvm", file, older, objects, linked, Optional.empty());
    }

    private static Launch launch(Bundle bundle) {
        return new Launch(
                Map.of("policy", "0x30000"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(bundle),
                Optional.of(Prediction.certain(DIGEST)));
    }

    private static Contents contents(long start, OptionalLong bundle, Optional<String> demanded) {
        return new Contents(OptionalLong.of(start), bundle, demanded);
    }
}
