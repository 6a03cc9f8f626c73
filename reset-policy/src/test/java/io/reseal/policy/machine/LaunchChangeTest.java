package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Prediction;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Contents;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.launch.Launch.Start;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** QMP tells the bundle's policy from the first second on, though the first launch had that of the command line. */
class LaunchChangeTest {
    private static final String DEBUGGABLE = "the policy was 0x30000, is 0xb0000: the guest is debuggable";
    private static final String TRAP = "the launch is another: " + DEBUGGABLE;
    private static final Start OWN = new Start(OptionalLong.of(0x30000), Set.of("igvm0"), Optional.of("igvm0"));
    private static final Start BIOS = new Start(OptionalLong.of(0x30000), Set.of(), Optional.empty());
    private static final Launch TRAPPED = bundle("0xb0000", Set.of("igvm0"), Optional.of("igvm0"));
    private static final Launch FINE = bundle("0x30000", Set.of("igvm0"), Optional.of("igvm0"));

    @Test
    void a_launch_changed_by_a_policy_trap_that_was_forced_is_contradicted_and_told() {
        var story = forced(Level.SAME_LAUNCH).situation(60).settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(contradictions(story.theReset())).containsExactly(TRAP);
        assertTold(story, LaunchPart.POLICY, DEBUGGABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "REBUILT"})
    void a_launch_change_is_contradicted_and_told_whatever_level_was_wanted(Level wanted) {
        var story = forced(wanted);
        assertThat(story.latest()).contains(new Action.ReadSituation());
        story.situation(60).settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("proven up to rebuilt; the launch is another than before");
        assertThat(contradictions(story.theReset())).containsExactly(TRAP);
        assertTold(story, LaunchPart.POLICY, DEBUGGABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"REBUILT", "SAME_LAUNCH"})
    void a_launch_changed_by_the_guests_own_reboot_is_contradicted_and_told_without_any_force(Level wanted) {
        var story = attached(TRAPPED, wanted)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(contradictions(story.theReset())).containsExactly(TRAP);
        assertThat(conclusion(story.theReset()).level()).contains(Level.REBUILT);
        assertTold(story, LaunchPart.POLICY, DEBUGGABLE);
    }

    @Test
    void a_launch_change_is_told_by_a_sample_that_comes_after_the_verdict() {
        var story = attached(TRAPPED, Level.OBSERVED).guestReset();
        var reset = story.theReset();
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
        story.afterMillis(60_000).situation(900);
        assertThat(story.all(Action.LaunchChanged.class))
                .singleElement()
                .satisfies(changed -> assertThat(changed.reset()).contains(reset.id()));
    }

    @Test
    void a_launch_change_is_told_once_and_the_next_reset_is_the_same_launch_again() {
        var story = forced(Level.SAME_LAUNCH)
                .situation(60)
                .settledRunning()
                .afterMillis(5000)
                .situation(9_000)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.UNPROVEN, Verdict.PROVEN);
        assertThat(story.all(Action.LaunchChanged.class)).hasSize(1);
    }

    @Test
    void a_launch_change_is_told_after_two_resets_in_a_row_of_which_only_the_last_could_be_read() {
        var story = attached(TRAPPED, Level.REBUILT)
                .guestReset()
                .afterMillis(20)
                .guestReset()
                .counters(40)
                .situation(60);
        assertTold(story, LaunchPart.POLICY, DEBUGGABLE);
    }

    @Test
    void a_launch_change_is_told_after_a_gap_in_which_it_took_place() {
        var story = attached(TRAPPED, Level.REBUILT).detached().afterMillis(500).attached("running", 70);
        assertTold(story, LaunchPart.POLICY, DEBUGGABLE);
    }

    @Test
    void no_launch_change_is_told_of_a_rebuild_that_failed_since_there_was_no_launch() {
        var story = attached(TRAPPED, Level.REBUILT)
                .stop()
                .guestReset()
                .sevState("uninit")
                .counters(12_001)
                .runState("prelaunch")
                .situationIn("prelaunch", 12_001);
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
    }

    @Test
    void the_launch_does_not_change_where_the_bundle_has_the_policy_of_the_command_line() {
        var story = attached(FINE, Level.SAME_LAUNCH)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
    }

    @Test
    void a_launch_with_a_policy_that_was_set_is_contradicted_though_the_bundle_has_overwritten_it_since() {
        var set = bundle("0xb0000", Set.of("igvm0"), Optional.of("igvm0"));
        var story = attached(FINE, Level.SAME_LAUNCH)
                .launch(set)
                .situation(12_000)
                .guestReset()
                .launch(FINE)
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(contradictions(story.theReset())).containsExactly(TRAP);
    }

    @Test
    void a_launch_with_a_policy_that_was_set_after_the_last_sample_is_contradicted_where_no_bundle_hides_it() {
        var story = attached(firmware("0x30000", Optional.empty()), Level.SAME_LAUNCH)
                .guestReset()
                .launch(firmware("0xb0000", Optional.empty()))
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(contradictions(story.theReset())).containsExactly(TRAP);
    }

    @Test
    void a_launch_with_a_policy_that_was_set_before_anybody_watched_is_contradicted_by_the_command_line() {
        var set = firmware("0xb0000", Optional.empty());
        var story = attached(set, Level.SAME_LAUNCH)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(contradictions(story.theReset())).containsExactly(TRAP);
    }

    @Test
    void a_guest_that_was_reset_before_anybody_watched_is_compared_with_its_last_launch() {
        var room =
                new HostCapacity(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(1), OptionalLong.empty());
        var story = GuestScenario.unseen(snp(), ResetPolicy.DEFAULT)
                .launch(TRAPPED)
                .room(room)
                .attached("running", 10_000)
                .guestReset()
                .counters(40)
                .situation(60);
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
    }

    @Test
    void a_launch_with_a_bundle_that_was_hot_added_to_other_firmware_is_contradicted() {
        var added = firmware("0x30000", Optional.of(bundleOf("", Set.of("more"), Optional.empty())));
        var story = attached(firmware("0x30000", Optional.empty()), Level.SAME_LAUNCH)
                .launch(added)
                .situation(12_000)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertTold(
                story,
                LaunchPart.IGVM_OBJECTS,
                "the igvm-cfg objects were none, are [more] with none of them for the machine");
        assertThat(contradictions(story.theReset())).hasSize(1);
    }

    @Test
    void a_launch_with_a_bundle_hot_added_before_anybody_watched_is_contradicted_by_the_command_line() {
        var added = firmware("0x30000", Optional.of(bundleOf("", Set.of("more"), Optional.empty())));
        var story = attached(added, Level.SAME_LAUNCH)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(contradictions(story.theReset())).hasSize(1);
    }

    @Test
    void another_launch_cannot_be_told_from_the_same_once_the_machines_own_bundle_was_deleted() {
        var deleted = bundle("0x30000", Set.of(), Optional.empty());
        var story = attached(FINE, Level.SAME_LAUNCH)
                .launch(deleted)
                .situation(12_000)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.LAUNCH))
                .singleElement()
                .asString()
                .contains("was deleted", "cannot be told");
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
    }

    @Test
    void a_launch_with_a_new_bundle_under_the_name_of_the_deleted_one_is_contradicted() {
        var replaced = bundle("0x30000", Set.of("igvm0"), Optional.empty());
        var story = attached(FINE, Level.SAME_LAUNCH)
                .launch(replaced)
                .situation(12_000)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(contradictions(story.theReset())).hasSize(1);
    }

    @Test
    void a_launch_with_plugged_vCPUs_is_told_as_a_change_of_properties() {
        var story = attached(withVcpus("2"), Level.REBUILT)
                .launch(withVcpus("3"))
                .guestReset()
                .counters(40)
                .situation(60);
        assertTold(story, LaunchPart.PROPERTIES, "vcpus was 2, is 3");
    }

    /** Nothing tells which digest was launched, and it need not: interrupt flags are no part of what is compared. */
    @Test
    void a_launch_change_is_told_unless_each_possible_digest_is_allowed_and_contradicted_only_if_none_is() {
        var digests = new Prediction.Interrupts(1, "b", "b", Set.of(), true);
        for (var allow : List.of(Set.of("a", "b"), Set.of("any-interrupts:a"), Set.of("a"), Set.<String>of())) {
            var terms = new ResetPolicy.Terms(Proof.DEFAULT, false, true, false, allow);
            var story = GuestScenario.unseen(snp(), new ResetPolicy(terms, List.of()))
                    .launch(withVcpus("2"))
                    .attached("running", 10_000)
                    .launch(measured(withVcpus("3"), new Prediction("a", Optional.of(digests))))
                    .guestReset()
                    .counters(40)
                    .situation(60)
                    .settledRunning();
            boolean settled = allow.size() == 2 || allow.contains("any-interrupts:a");
            assertThat(story.all(Action.LaunchChanged.class)).hasSize(settled ? 0 : 1);
            assertThat(contradictions(story.theReset())).hasSize(allow.isEmpty() ? 1 : 0);
        }
    }

    @Test
    void interrupt_flags_that_QEMU_copies_into_a_launch_do_not_change_it() {
        var digests = new Prediction.Interrupts(1, "b", "b", Set.of(), true);
        var launch = measured(withVcpus("1"), new Prediction("a", Optional.of(digests)));
        var story = attached(launch, Level.SAME_LAUNCH)
                .guestReset()
                .counters(40)
                .situation(60)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
        assertThat(details(story.theReset(), EvidenceKind.LAUNCH))
                .singleElement()
                .asString()
                .contains("one of the two was launched");
    }

    @Test
    void no_launch_change_is_told_of_another_process_which_has_a_command_line_of_its_own() {
        var other = new GuestFacts(
                "uuid-2",
                QemuIdentity.of(new QemuIdentity.ProcessId(4712, 100)),
                true,
                GuestKind.SEV_SNP,
                new QemuRelease(11, 1, 3),
                true,
                false,
                RebootAction.RESET,
                false);
        var story = attached(FINE, Level.REBUILT)
                .detached()
                .process(Signal.ProcessState.ENDED)
                .facts(other)
                .launch(bundle("0xb0000", Set.of("igvm0"), Optional.of("igvm0")))
                .attached("running", 70);
        assertThat(story.all(Action.LaunchChanged.class)).isEmpty();
    }

    /** The last look before the reset found another launch, and the first after it none: it may have been put right too late. */
    @Test
    void a_launch_change_is_not_excluded_by_what_was_put_right_around_the_RESET() {
        var story = attached(withVcpus("4"), Level.SAME_LAUNCH)
                .proof(Level.SAME_LAUNCH)
                .launch(withVcpus("3"))
                .requested(HazardId.LAUNCH_CHANGED)
                .situation(12_000)
                .resetSeen()
                .acknowledged()
                .launch(withVcpus("4"))
                .counters(40)
                .situation(60)
                .settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(conclusion(story.theReset()).summary()).contains("which of the two was launched is not known");
    }

    private static GuestScenario attached(Launch launch, Level everybodys) {
        var proof = new Proof(everybodys, Proof.DEFAULT.within(), Proof.DEFAULT.settle());
        return GuestScenario.unseen(snp(), new ResetPolicy(ResetPolicy.Terms.of(proof), List.of()))
                .launch(launch)
                .attached("running", 10_000);
    }

    /** Asked with force, up to the counters after it. */
    private static GuestScenario forced(Level wanted) {
        return attached(TRAPPED, wanted)
                .proof(wanted)
                .requested(HazardId.POLICY_TRAP)
                .situation(12_000)
                .resetSeen()
                .acknowledged()
                .runState("running")
                .counters(40);
    }

    private static List<String> contradictions(Reset reset) {
        return reset.evidence().stream()
                .filter(each -> each.kind() == EvidenceKind.LAUNCH && each.outcome() == Outcome.CONTRADICTS)
                .map(Evidence::detail)
                .toList();
    }

    private static void assertTold(GuestScenario story, LaunchPart what, String detail) {
        assertThat(story.all(Action.LaunchChanged.class))
                .singleElement()
                .satisfies(told -> assertThat(told.changes()).containsExactly(new LaunchChange(what, detail)));
    }

    private static Launch bundle(String policy, Set<String> objects, Optional<String> linked) {
        return new Launch(
                        Map.of("policy", policy),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(bundleOf("/b.igvm", objects, linked)),
                        Optional.empty())
                .startedFrom(OWN);
    }

    private static Bundle bundleOf(String path, Set<String> objects, Optional<String> linked) {
        var file = path.isEmpty() ? Optional.<Fingerprint>empty() : Optional.of(new Fingerprint(4096, "a", 1, 0));
        var contents = new Contents(OptionalLong.of(0x30000), Optional.empty());
        return new Bundle(path, file, file.isPresent(), false, objects, linked, file.map(_ -> contents));
    }

    private static Launch firmware(String policy, Optional<Bundle> added) {
        var file = new Fingerprint(65_536, "f", 1, 0);
        return new Launch(
                        Map.of("policy", policy),
                        Optional.empty(),
                        Optional.of(new Firmware("/OVMF.fd", false, Optional.of(file), true)),
                        added,
                        Optional.empty())
                .startedFrom(BIOS);
    }

    private static Launch measured(Launch launch, Prediction expected) {
        return new Launch(
                        launch.properties(),
                        launch.measurement(),
                        launch.firmware(),
                        launch.igvm(),
                        Optional.of(expected))
                .startedFrom(BIOS);
    }

    private static Launch withVcpus(String count) {
        var launch = firmware("0x30000", Optional.empty());
        return new Launch(Map.of("policy", "0x30000", "vcpus", count), launch.measurement(), launch.firmware())
                .startedFrom(BIOS);
    }
}
