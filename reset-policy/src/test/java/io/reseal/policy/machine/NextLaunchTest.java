package io.reseal.policy.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.Prediction.Interrupts;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Condition;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.hazard.Hazards;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.launch.LaunchComparison;
import io.reseal.policy.launch.LaunchHistory;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NextLaunchTest {
    private static final Map<String, String> PROPERTIES =
            Map.of("vcpus", "1", "policy", "0x30000", "host-data", "", "cpu-signature", "0x800f12");
    private static final Prediction OLD = prediction(1, "01");
    private static final Prediction NEW = prediction(2, "02");

    @ParameterizedTest
    @EnumSource(names = {"SEV_ES", "SEV_SNP", "TDX"})
    void a_next_launch_that_differs_is_told_before_the_reset_whatever_makes_it_differ(GuestKind kind) {
        for (var name : PROPERTIES.keySet()) {
            var hazard = hazards(kind, Set.of(), bios(with(name, "7"), OLD)).getFirst();
            assertThat(hazard.id()).isEqualTo(HazardId.LAUNCH_CHANGED);
            assertThat(hazard.consequence()).contains(name + " was ", " is 7");
            assertThat(hazard.stops() && hazard.forceable()).isTrue();
        }
        assertThat(hazards(kind, Set.of(), bios(PROPERTIES, OLD))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "SEV"})
    void a_guest_that_a_reset_does_not_launch_again_has_no_next_launch_that_differs(GuestKind kind) {
        assertThat(hazards(kind, Set.of(), bios(with("policy", "0x1"), OLD))).isEmpty();
    }

    @Test
    void the_hazard_of_another_next_launch_names_what_will_be_measured_and_what_would_allow_it() {
        assertThat(hazards(GuestKind.SEV_SNP, Set.of(), bios(with("vcpus", "2"), NEW)))
                .singleElement()
                .satisfies(hazard -> {
                    assertThat(hazard.consequence())
                            .isEqualTo(
                                    "The next launch is not what the last one was: vcpus was 1, is 2;"
                                            + " it will be measured as %s.",
                                    NEW.words());
                    assertThat(hazard.cure())
                            .isEqualTo("Undo that; or allow each of these measurements in policy.launch.allow;"
                                    + " or force the reset and expect another launch.");
                });
    }

    @Test
    void a_next_launch_is_allowed_only_if_each_digest_that_it_can_have_is_allowed() {
        var next = bios(with("vcpus", "2"), NEW);
        assertThat(hazards(GuestKind.SEV_SNP, NEW.digests(), next)).isEmpty();
        for (var missing : NEW.digests()) {
            var some = new HashSet<>(NEW.digests());
            some.remove(missing);
            assertThat(hazards(GuestKind.SEV_SNP, some, next))
                    .extracting(Hazard::id)
                    .containsExactly(HazardId.LAUNCH_CHANGED);
            assertThat(judge(some, next).finding()).isEqualTo(Finding.UNKNOWABLE);
        }
        assertThat(judge(NEW.digests(), next).finding()).isEqualTo(Finding.SHOWN);
        assertThat(judge(Set.of(), next).finding()).isEqualTo(Finding.CONTRADICTED);
    }

    @Test
    void a_next_launch_is_allowed_with_any_interrupts_by_the_digest_of_its_start() {
        var next = bios(with("vcpus", "2"), NEW);
        var any = Set.of("any-interrupts:" + NEW.digest());
        assertThat(hazards(GuestKind.SEV_SNP, any, next)).isEmpty();
        assertThat(judge(any, next).finding()).isEqualTo(Finding.SHOWN);
        assertThat(hazards(GuestKind.SEV_SNP, any, bios(with("vcpus", "3"), prediction(3, "03"))))
                .hasSize(1);
    }

    @Test
    void a_next_launch_with_too_many_digests_to_list_them_is_allowed_by_none_of_them() {
        var many = new Prediction("a", Optional.of(new Interrupts(8, "b", "c", Set.of(), false)));
        var next = bios(with("vcpus", "8"), many);
        assertThat(hazards(GuestKind.SEV_SNP, Set.of("a", "b", "c"), next))
                .singleElement()
                .extracting(Hazard::cure)
                .asString()
                .contains("any-interrupts: and the first of these measurements");
        assertThat(hazards(GuestKind.SEV_SNP, Set.of("any-interrupts:a"), next)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"policy,0xb0000", "host-data,aG9zdA=="})
    void a_next_launch_that_differs_in_what_no_digest_covers_is_not_allowed_by_its_digest(String name, String value) {
        assertThat(hazards(GuestKind.SEV_SNP, OLD.digests(), bios(with(name, value), OLD)))
                .singleElement()
                .extracting(Hazard::cure)
                .isEqualTo("Undo that; or force the reset and expect another launch.");
    }

    @Test
    void a_next_launch_of_a_TD_with_other_vCPUs_is_not_allowed_by_MRTD_which_says_nothing_of_them() {
        assertThat(hazards(GuestKind.TDX, OLD.digests(), bios(with("vcpus", "2"), OLD)))
                .hasSize(1);
    }

    @Test
    void a_next_launch_of_a_bundle_has_the_digest_of_its_vCPUs() {
        var launches =
                read(bundle("a", PROPERTIES, OLD)).read(bundle("a", with("vcpus", "2"), NEW), HostCapacity.UNKNOWN);
        assertThat(launches.expected()).contains(NEW);
        assertThat(launches.relaunched(Optional.empty())
                        .read(bundle("a", with("vcpus", "2"), NEW), HostCapacity.UNKNOWN)
                        .expected())
                .contains(NEW);
    }

    @Test
    void a_next_launch_of_a_bundle_whose_file_is_another_has_no_digest_for_other_vCPUs() {
        var launches =
                read(bundle("a", PROPERTIES, OLD)).read(bundle("b", with("vcpus", "2"), NEW), HostCapacity.UNKNOWN);
        assertThat(launches.expected()).isEmpty();
    }

    @Test
    void a_next_launch_with_vCPUs_plugged_just_before_the_reset_has_not_the_digest_from_before() {
        var plugged = bundle("a", with("vcpus", "2"), NEW);
        var launches =
                read(bundle("a", PROPERTIES, OLD)).relaunched(Optional.empty()).read(plugged, HostCapacity.UNKNOWN);
        assertThat(launches.expected()).contains(NEW);
    }

    @Test
    void a_next_launch_may_differ_by_vCPUs_that_were_plugged_in_before_anybody_looked() {
        var plugged = bios(with(Launch.HOTPLUGGED, "true"), OLD);
        var late = read(plugged);
        assertThat(hazards(GuestKind.SEV_SNP, Set.of(), late))
                .singleElement()
                .satisfies(
                        hazard -> assertThat(hazard.consequence()).startsWith("vCPUs were plugged in while QEMU ran"));
        assertThat(LaunchComparison.of(GuestKind.SEV_SNP, terms(Set.of()), late, read(plugged))
                        .finding())
                .isEqualTo(Finding.UNKNOWABLE);
        assertThat(hazards(GuestKind.SEV_SNP, OLD.digests(), late)).isEmpty();

        var seen = late.relaunched(Optional.of(Instant.EPOCH.plusSeconds(1))).read(plugged, HostCapacity.UNKNOWN);
        assertThat(hazards(GuestKind.SEV_SNP, Set.of(), seen)).isEmpty();
        assertThat(LaunchComparison.of(GuestKind.SEV_SNP, terms(Set.of()), seen, read(plugged))
                        .finding())
                .isEqualTo(Finding.SHOWN);
    }

    /** Of a life that began with the one, the reading after a reset tells of the plugged ones, too. */
    @Test
    void a_next_launch_with_a_plugged_vCPU_whose_digest_is_allowed_is_one_that_the_policy_allows() {
        var properties = with("vcpus", "2");
        properties.put(Launch.HOTPLUGGED, "true");
        var before = read(bios(PROPERTIES, OLD)).read(bios(properties, NEW), HostCapacity.UNKNOWN);
        assertThat(hazards(GuestKind.SEV_SNP, NEW.digests(), before)).isEmpty();
        assertThat(before.vcpusKnown()).isTrue();
        var after = before.relaunched(Optional.of(Instant.EPOCH.plusSeconds(1)))
                .read(bios(properties, NEW), HostCapacity.UNKNOWN);
        assertThat(LaunchComparison.of(GuestKind.SEV_SNP, terms(NEW.digests()), before, after)
                        .detail())
                .startsWith("another launch, which the policy allows: launch digest " + NEW.words());
    }

    @Test
    void a_next_launch_that_differs_by_the_policy_of_its_bundle_is_refused_as_a_policy_trap_alone() {
        var start = new Launch.Start(OptionalLong.of(0x30000), Set.of("igvm0"), Optional.of("igvm0"));
        var trapped = read(bundle("a", with("policy", "0xb0000"), OLD).startedFrom(start));
        assertThat(hazards(GuestKind.SEV_SNP, Set.of(), trapped))
                .extracting(Hazard::id)
                .containsExactly(HazardId.POLICY_TRAP);
    }

    @Test
    void a_second_bundle_is_told_as_objects_while_it_is_there_and_as_a_launch_change_once_it_is_gone() {
        var two = bundles(Set.of("igvm0", "more"));
        var added = read(bundle("a", PROPERTIES, OLD)).read(two, HostCapacity.UNKNOWN);
        assertThat(hazards(GuestKind.SEV_SNP, Set.of(), added))
                .extracting(Hazard::id)
                .containsExactly(HazardId.IGVM_OBJECTS);
        var gone = read(two).read(bundle("a", PROPERTIES, OLD), HostCapacity.UNKNOWN);
        assertThat(hazards(GuestKind.SEV_SNP, Set.of(), gone)).singleElement().satisfies(hazard -> {
            assertThat(hazard.id()).isEqualTo(HazardId.LAUNCH_CHANGED);
            assertThat(hazard.consequence()).contains("the igvm-cfg objects were [igvm0, more]");
        });
    }

    private static Launch bundles(Set<String> objects) {
        var two =
                new Bundle("/b", Optional.of(file("a")), true, false, objects, Optional.of("igvm0"), Optional.empty());
        return new Launch(PROPERTIES, Optional.empty(), Optional.empty(), Optional.of(two), Optional.empty());
    }

    @Test
    void a_next_launch_has_no_digest_while_there_is_a_second_bundle() {
        var with = bundles(Set.of("igvm0", "more"));
        assertThat(read(bundle("a", PROPERTIES, OLD))
                        .read(with, HostCapacity.UNKNOWN)
                        .expected())
                .isEmpty();
        var first =
                new Bundle("/b", Optional.empty(), false, false, Set.of("more"), Optional.empty(), Optional.empty());
        var hot = new Launch(PROPERTIES, Optional.empty(), Optional.empty(), Optional.of(first), Optional.empty());
        assertThat(read(bios(PROPERTIES, OLD)).read(hot, HostCapacity.UNKNOWN).expected())
                .isEmpty();
    }

    @Test
    void the_same_launch_is_shown_though_the_evidence_cannot_say_which_of_its_digests_was_launched() {
        var judgement = judge(Set.of(), bios(PROPERTIES, OLD));
        assertThat(judgement.finding()).isEqualTo(Finding.SHOWN);
        assertThat(judgement.detail())
                .endsWith("predicted launch digest %s or %s if its vCPU 0 has interrupts enabled when it is reset:"
                                .formatted(
                                        OLD.digest(),
                                        OLD.interrupts().orElseThrow().first())
                        + " one of the two was launched, and nothing tells which");
    }

    private static List<Hazard> hazards(GuestKind kind, Set<String> allow, Launch next) {
        return hazards(kind, allow, read(bios(PROPERTIES, OLD)).read(next, HostCapacity.UNKNOWN));
    }

    private static List<Hazard> hazards(GuestKind kind, Set<String> allow, LaunchHistory launches) {
        return Hazards.of(
                SampleGuests.guest(kind),
                new Condition(new RunState("running"), false, terms(allow), launches, false, false));
    }

    private static LaunchComparison.Judgement judge(Set<String> allow, Launch after) {
        return LaunchComparison.of(GuestKind.SEV_SNP, terms(allow), read(bios(PROPERTIES, OLD)), read(after));
    }

    private static ResetPolicy.Terms terms(Set<String> allow) {
        return new ResetPolicy.Terms(Proof.DEFAULT, false, true, false, allow);
    }

    private static LaunchHistory read(Launch launch) {
        return LaunchHistory.UNKNOWN.read(launch, HostCapacity.UNKNOWN);
    }

    private static Map<String, String> with(String name, String value) {
        var changed = new HashMap<>(PROPERTIES);
        changed.put(name, value);
        return changed;
    }

    private static Launch bios(Map<String, String> properties, Prediction expected) {
        var firmware = new Firmware("/OVMF.fd", false, Optional.of(file("fw")), true);
        return new Launch(properties, Optional.empty(), Optional.of(firmware), Optional.empty(), Optional.of(expected));
    }

    private static Launch bundle(String sha256, Map<String, String> properties, Prediction expected) {
        var bundle = new Bundle(
                "/b", Optional.of(file(sha256)), true, false, Set.of("igvm0"), Optional.of("igvm0"), Optional.empty());
        return new Launch(properties, Optional.empty(), Optional.empty(), Optional.of(bundle), Optional.of(expected));
    }

    private static Fingerprint file(String sha256) {
        return new Fingerprint(65_536, sha256, 1, 0);
    }

    /** Of a guest with that many vCPUs; every digest is of that byte, the last one apart. */
    private static Prediction prediction(int vcpus, String bytes) {
        var stem = bytes.repeat(47);
        return new Prediction(
                stem + "00",
                Optional.of(new Interrupts(
                        vcpus,
                        stem + "01",
                        vcpus == 1 ? stem + "01" : stem + "03",
                        vcpus == 1 ? Set.of() : Set.of(stem + "02"),
                        true)));
    }
}
