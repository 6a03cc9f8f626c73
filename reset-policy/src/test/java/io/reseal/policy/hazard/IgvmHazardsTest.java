package io.reseal.policy.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Contents;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Start;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.machine.SampleGuests;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** QMP tells the bundle's policy, if that has one, from the first second on (QEMU 11.1-rc2). */
class IgvmHazardsTest {
    private static final String DIGEST = "ab".repeat(48);
    private static final Fingerprint FILE = new Fingerprint(4_000_000, "a", 1, 0);
    private static final Start START = new Start(OptionalLong.of(0x30000), Set.of("igvm0"), Optional.of("igvm0"));
    private static final Bundle LOADED = bundle(Optional.of(FILE), true, Set.of("igvm0"), Optional.of("igvm0"));

    @Test
    void an_IGVM_guest_has_no_hazard_while_all_is_as_it_was_launched() {
        assertThat(hazards(GuestKind.SEV_SNP, known())).isEmpty();
    }

    @Test
    void an_IGVM_guest_keeps_its_bundle_over_a_reset_and_a_changed_file_is_for_information_only() {
        var replaced = bundle(Optional.of(other("b")), false, Set.of("igvm0"), Optional.of("igvm0"));
        var hazards = hazards(GuestKind.SEV_SNP, then(known(), replaced));
        assertThat(hazards).extracting(Hazard::id).containsExactly(HazardId.IGVM_STALE);
        assertThat(hazards.getFirst().consequence()).endsWith("the reset keeps the old firmware.");
        assertThat(Hazards.stopping(hazards, Set.of())).isEmpty();
    }

    @Test
    void a_bundle_whose_file_is_gone_stops_no_reset_but_no_new_process_will_start_from_it() {
        var gone = new Bundle(
                "/b.igvm", Optional.empty(), false, true, Set.of("igvm0"), Optional.of("igvm0"), Optional.empty());
        for (var launches : new LaunchHistory[] {then(known(), gone), first(gone)}) {
            var hazards = hazards(GuestKind.SEV_SNP, launches);
            assertThat(hazards).extracting(Hazard::id).containsExactly(HazardId.IGVM_STALE);
            assertThat(hazards.getFirst().consequence())
                    .isEqualTo(
                            "/b.igvm is gone from disk: the reset keeps what QEMU has, a new process will not start.");
            assertThat(Hazards.stopping(hazards, Set.of())).isEmpty();
        }
    }

    @Test
    void a_bundle_whose_file_cannot_be_looked_at_is_no_hazard() {
        var unseen = bundle(Optional.empty(), false, Set.of("igvm0"), Optional.of("igvm0"));
        assertThat(hazards(GuestKind.SEV_SNP, then(known(), unseen))).isEmpty();
        assertThat(hazards(GuestKind.SEV_SNP, first(unseen))).isEmpty();
    }

    @Test
    void a_bundle_whose_file_was_written_again_with_the_same_content_is_the_same_whatever_its_time() {
        var touched = bundle(Optional.of(other("a")), false, Set.of("igvm0"), Optional.of("igvm0"));
        assertThat(hazards(GuestKind.SEV_SNP, then(known(), touched))).isEmpty();
    }

    @Test
    void an_IGVM_guest_may_have_an_older_bundle_than_a_file_that_is_younger_than_QEMU() {
        var young = bundle(Optional.of(FILE), false, Set.of("igvm0"), Optional.of("igvm0"));
        assertThat(ids(GuestKind.SEV_SNP, first(young))).containsExactly(HazardId.IGVM_STALE);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEV_SNP", "PLAIN"})
    void an_IGVM_guest_must_have_one_igvm_cfg_object_and_that_must_be_the_machines(GuestKind kind) {
        assertThat(withObjects(kind, Set.of("igvm0", "more"), Optional.of("igvm0")))
                .containsExactly(HazardId.IGVM_OBJECTS);
        assertThat(withObjects(kind, Set.of("more"), Optional.of("igvm0"))).containsExactly(HazardId.IGVM_OBJECTS);
        assertThat(withObjects(kind, Set.of("more"), Optional.empty())).containsExactly(HazardId.IGVM_OBJECTS);
    }

    @Test
    void a_hazard_tells_that_QEMU_replays_the_machines_own_object_although_it_was_deleted() {
        var deleted = bundle(Optional.of(FILE), true, Set.of(), Optional.empty());
        for (var launches : new LaunchHistory[] {then(known(), deleted), first(deleted)}) {
            assertThat(hazards(GuestKind.SEV_SNP, launches)).singleElement().satisfies(hazard -> {
                assertThat(hazard.id()).isEqualTo(HazardId.IGVM_OBJECTS);
                assertThat(hazard.consequence()).contains("was deleted", "all the same", "cannot be told");
                assertThat(hazard.stops()).isTrue();
            });
        }
    }

    @Test
    void a_bundle_that_was_hot_added_to_a_guest_with_other_firmware_is_a_newcomer_and_not_stale() {
        var added = new Bundle("", Optional.empty(), false, false, Set.of("more"), Optional.empty(), Optional.empty());
        var start = new Start(OptionalLong.of(0x30000), Set.of(), Optional.empty());
        var before = LaunchHistory.UNKNOWN.read(
                new Launch(Map.of("policy", "0x30000"), Optional.empty(), Optional.empty()).startedFrom(start),
                HostCapacity.UNKNOWN);
        var launches = before.read(launch("0x30000", added).startedFrom(start), HostCapacity.UNKNOWN);
        assertThat(ids(GuestKind.SEV_SNP, launches)).containsExactly(HazardId.IGVM_OBJECTS);
        var reset = launches.relaunched(Optional.of(Instant.EPOCH))
                .read(launch("0x30000", added).startedFrom(start), HostCapacity.UNKNOWN);
        assertThat(ids(GuestKind.SEV_SNP, reset)).containsExactly(HazardId.IGVM_OBJECTS);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEV", "SEV_ES"})
    void an_IGVM_guest_of_a_kind_that_is_measured_too_early_has_a_hazard(GuestKind kind) {
        assertThat(ids(kind, known())).containsExactly(HazardId.SEV_IGVM);
    }

    @Test
    void an_IGVM_guest_of_kind_TDX_has_a_hazard_since_QEMU_does_not_know_such_guests() {
        assertThat(ids(GuestKind.TDX, known())).containsExactly(HazardId.TDX_IGVM);
    }

    @Test
    void a_bundle_with_another_policy_than_the_command_line_changes_the_policy_at_the_first_reset() {
        var debug = LaunchHistory.UNKNOWN.read(launch("0xb0000", LOADED), HostCapacity.UNKNOWN);
        var hazards = hazards(GuestKind.SEV_SNP, debug);
        assertThat(hazards).extracting(Hazard::id).containsExactly(HazardId.POLICY_TRAP);
        assertThat(hazards.getFirst().consequence())
                .contains("launched with policy 0x30000", "bundle has 0xb0000", "makes it debuggable");
        var after = debug.relaunched(Optional.of(Instant.EPOCH)).read(launch("0xb0000", LOADED), HostCapacity.UNKNOWN);
        assertThat(ids(GuestKind.SEV_SNP, after)).doesNotContain(HazardId.POLICY_TRAP);
    }

    @Test
    void an_IGVM_guest_that_was_reset_before_it_was_watched_has_the_policy_of_its_bundle_already() {
        var room =
                new HostCapacity(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(1), OptionalLong.empty());
        assertThat(ids(GuestKind.SEV_SNP, LaunchHistory.UNKNOWN.read(launch("0xb0000", LOADED), room)))
                .doesNotContain(HazardId.POLICY_TRAP);
    }

    @Test
    void an_IGVM_guest_keeps_the_policy_of_the_command_line_where_its_bundle_has_none() {
        var start = new Start(OptionalLong.of(0xb0000), Set.of("igvm0"), Optional.of("igvm0"));
        assertThat(ids(
                        GuestKind.SEV_SNP,
                        LaunchHistory.UNKNOWN.read(launch("0xb0000", LOADED).startedFrom(start), HostCapacity.UNKNOWN)))
                .isEmpty();
    }

    @Test
    void an_IGVM_guest_whose_ID_block_demands_another_digest_would_be_refused_by_the_PSP() {
        assertThat(ids(GuestKind.SEV_SNP, first(demanding("00".repeat(48)))))
                .containsExactly(HazardId.ID_BLOCK_MISMATCH);
        assertThat(ids(GuestKind.SEV_SNP, first(demanding(DIGEST)))).isEmpty();
    }

    @Test
    void memory_that_an_IGVM_guest_leaks_at_each_launch_is_told_with_the_number_of_resets_and_the_limit() {
        var launches = known();
        for (int i = 0; i < 12; i++) {
            launches = launches.relaunched(Optional.empty()).read(launch("0x30000", LOADED), memory(300_000_000));
        }
        assertThat(hazards(GuestKind.SEV_SNP, launches)).singleElement().satisfies(hazard -> {
            assertThat(hazard.id()).isEqualTo(HazardId.IGVM_LEAK);
            assertThat(hazard.consequence()).contains("8.0 MB", "96.0 MB in 12 resets", "300.0 MB more");
            assertThat(Hazards.stopping(List.of(hazard), Set.of())).isEmpty();
        });
    }

    @Test
    void memory_that_leaked_before_the_guest_was_watched_is_known_by_what_QEMU_left_behind() {
        var room =
                new HostCapacity(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(5), OptionalLong.empty());
        assertThat(hazards(GuestKind.SEV_SNP, LaunchHistory.UNKNOWN.read(launch("0x30000", LOADED), room)))
                .singleElement()
                .satisfies(hazard -> assertThat(hazard.consequence())
                        .contains("40.0 MB in 5 resets", "no control group limits its memory"));
    }

    @Test
    void an_IGVM_guest_is_not_launched_again_where_that_would_pass_the_limit_of_its_control_group() {
        var enough = LaunchHistory.UNKNOWN.read(launch("0x30000", LOADED), memory(8_000_000));
        assertThat(hazards(GuestKind.SEV_SNP, enough)).isEmpty();
        var tooLittle = LaunchHistory.UNKNOWN.read(launch("0x30000", LOADED), memory(7_999_999));
        var hazards = hazards(GuestKind.SEV_SNP, tooLittle);
        assertThat(Hazards.stopping(hazards, Set.of())).extracting(Hazard::id).containsExactly(HazardId.IGVM_LEAK);
        assertThat(Hazards.stopping(hazards, Set.of(HazardId.IGVM_LEAK))).isEmpty();
    }

    private static HostCapacity memory(long left) {
        return new HostCapacity(
                OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(left));
    }

    private static Fingerprint other(String content) {
        return new Fingerprint(4_000_000, content, 2, 1);
    }

    private static List<HazardId> withObjects(GuestKind kind, Set<String> objects, Optional<String> linked) {
        return ids(kind, then(known(), bundle(Optional.of(FILE), true, objects, linked)));
    }

    private static List<HazardId> ids(GuestKind kind, LaunchHistory launches) {
        return hazards(kind, launches).stream().map(Hazard::id).toList();
    }

    private static List<Hazard> hazards(GuestKind kind, LaunchHistory launches) {
        return Hazards.of(
                SampleGuests.guest(kind),
                new Condition(new RunState("running"), false, ResetPolicy.Terms.DEFAULT, launches, false, false));
    }

    private static LaunchHistory known() {
        return first(LOADED);
    }

    private static LaunchHistory first(Bundle bundle) {
        return then(LaunchHistory.UNKNOWN, bundle);
    }

    private static LaunchHistory then(LaunchHistory before, Bundle bundle) {
        return before.read(launch("0x30000", bundle), HostCapacity.UNKNOWN);
    }

    private static Bundle bundle(
            Optional<Fingerprint> file, boolean older, Set<String> objects, Optional<String> linked) {
        return new Bundle("/b.igvm", file, older, false, objects, linked, Optional.empty());
    }

    private static Bundle demanding(String digest) {
        return new Bundle(
                "/b.igvm",
                Optional.of(FILE),
                true,
                false,
                Set.of("igvm0"),
                Optional.of("igvm0"),
                Optional.of(new Contents(OptionalLong.of(0x30000), Optional.of(digest))));
    }

    /** What QMP tells, of a process that was started with policy 0x30000. */
    private static Launch launch(String policy, Bundle bundle) {
        return new Launch(
                        Map.of("policy", policy),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(bundle),
                        Optional.of(Prediction.certain(DIGEST)))
                .startedFrom(START);
    }
}
