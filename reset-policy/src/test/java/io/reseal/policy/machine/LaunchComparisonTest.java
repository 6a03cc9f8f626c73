package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.guest;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.LaunchComparison;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaunchComparisonTest {
    private static final long LONG_AGO =
            GuestScenario.BEGIN.minusSeconds(86_400).toEpochMilli();

    /** Two properties and a {@code -bios} file of that content that is older than QEMU. */
    static Launch launch(String content) {
        return launch(Map.of("policy", "0x30000", "vcpus", "2"), file(content, 7, LONG_AGO), true);
    }

    private static Launch launch(Map<String, String> properties, Launch.Fingerprint file, boolean older) {
        return new Launch(
                properties,
                Optional.empty(),
                Optional.of(new Launch.Firmware("/fw/OVMF.fd", false, Optional.of(file), older)));
    }

    private static Launch.Fingerprint file(String content, long inode, long modified) {
        return new Launch.Fingerprint(0x400000, content, inode, modified);
    }

    private static Launch measured(Launch launch, String hmac, String nonce) {
        var bytes = (hmac.repeat(32) + nonce.repeat(16)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return new Launch(
                launch.properties(), Optional.of(Base64.getEncoder().encodeToString(bytes)), launch.firmware());
    }

    private static Launch pflash(Launch launch) {
        return new Launch(
                launch.properties(),
                launch.measurement(),
                launch.firmware().map(f -> new Launch.Firmware(f.path(), true, f.file(), f.olderThanProcess())));
    }

    private static LaunchHistory life(Launch launched) {
        return LaunchHistory.UNKNOWN.read(launched, HostCapacity.UNKNOWN);
    }

    private static LaunchComparison.Judgement compare(GuestKind kind, Launch before, Launch after) {
        return LaunchComparison.of(kind, ResetPolicy.Terms.DEFAULT, life(before), life(after));
    }

    /** A reset that wants same-launch, up to what is read after it. */
    private static GuestScenario reset(GuestFacts facts, Launch before) {
        return GuestScenario.unseen(facts, ResetPolicy.DEFAULT)
                .launch(before)
                .attached("running", 10_000)
                .proof(Level.SAME_LAUNCH)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40);
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"SEV_ES", "SEV_SNP", "TDX"})
    void a_rebuilt_guest_with_the_same_properties_and_firmware_is_proven(GuestKind kind) {
        var story = reset(guest(kind), launch("a"));
        assertThat(story.latest()).contains(new Action.ReadSituation());
        story.situation(60).settledRunning().assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
        assertThat(details(story.theReset(), EvidenceKind.LAUNCH))
                .containsExactly("as before: 2 properties, firmware (SHA-256 a)");
    }

    @Test
    void what_differs_contradicts_and_is_named_and_the_reset_ends_unproven_once_the_guest_runs() {
        var after = launch(Map.of("policy", "0x30000", "vcpus", "3"), file("b", 8, LONG_AGO), true);
        var story = reset(snp(), launch("a"))
                .launch(after)
                .situation(60)
                .stillOpen()
                .settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(conclusion(story.theReset()).summary()).endsWith("; shown up to rebuilt, wanted same-launch");
        assertThat(story.theReset().evidence())
                .filteredOn(e -> e.kind() == EvidenceKind.LAUNCH)
                .singleElement()
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.CONTRADICTS))
                .satisfies(e -> assertThat(e.detail())
                        .isEqualTo("the launch is another: vcpus was 2, is 3; SHA-256 of the firmware was a, is b"));
    }

    @Test
    void a_plain_guest_is_read_again_after_its_reset_and_its_firmware_stays_in_memory() {
        var changed = launch(Map.of("policy", "0x30000", "vcpus", "2"), file("b", 8, LONG_AGO), false);
        var story = reset(plain(), launch("a")).launch(changed);
        assertThat(story.all(Action.ReadSituation.class)).hasSize(2);
        story.situation(60).settledRunning().assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
        assertThat(details(story.theReset(), EvidenceKind.LAUNCH))
                .containsExactly("as before: 2 properties; firmware stays in QEMU's memory");
    }

    @Test
    void a_guest_whose_launch_was_never_read_is_unproven() {
        reset(snp(), Launch.UNKNOWN)
                .launch(launch("a"))
                .situation(60)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
    }

    @Test
    void same_launch_does_not_apply_to_a_plain_guest_of_which_nothing_is_told() {
        var story = reset(plain(), Launch.UNKNOWN)
                .situation(60)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.NOT_APPLICABLE))
                .contains("same-launch is not applicable: nothing measures what a plain guest is launched from");
    }

    @Test
    void a_sample_that_comes_by_the_way_says_nothing_in_a_reset_wanted_at_a_lower_level() {
        var story = GuestScenario.of(snp())
                .launch(launch("a"))
                .proof(Level.REBUILT)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(50)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.LAUNCH)).isEmpty();
    }

    @Test
    void a_reset_wanted_at_a_lower_level_has_the_launch_read_once_and_does_not_wait_for_it() {
        var story = GuestScenario.of(snp())
                .proof(Level.REBUILT)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.all(Action.ReadSituation.class)).hasSize(2);
    }

    @Test
    void a_reading_that_fails_is_tried_again() {
        var story = reset(snp(), launch("a")).readFailed().afterMillis(250).tick();
        assertThat(story.latest()).contains(new Action.ReadSituation());
        story.situation(60).settledRunning().assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
    }

    @Test
    void a_reading_that_never_comes_ends_unproven_at_the_deadline() {
        reset(snp(), launch("a"))
                .settledRunning()
                .stillOpen()
                .untilDeadline()
                .assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
    }

    @Test
    void the_launch_is_not_judged_before_it_is_known_whether_there_was_one() {
        var story = GuestScenario.of(snp())
                .launch(launch("a"))
                .proof(Level.SAME_LAUNCH)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .situation(12_001);
        assertThat(details(
                        story.stillOpen().state().resets().open().orElseThrow().reset(), EvidenceKind.LAUNCH))
                .isEmpty();
    }

    @Test
    void firmware_that_is_newer_than_qemu_says_nothing_of_what_was_loaded() {
        var newer = launch(Map.of("vcpus", "2"), file("a", 7, LONG_AGO), false);
        var judgement = compare(GuestKind.SEV_SNP, newer, newer);
        assertThat(judgement.finding()).isEqualTo(Finding.UNKNOWABLE);
        assertThat(judgement.detail())
                .isEqualTo(
                        "the firmware file or its path is newer than the launch before, so what that had loaded is not known");
    }

    @Test
    void firmware_that_is_newer_than_qemu_but_older_than_the_last_reset_was_loaded_by_that() {
        var changed = GuestScenario.BEGIN.minusSeconds(60);
        var newer = launch(Map.of("vcpus", "2"), file("a", 7, changed.toEpochMilli()), false);
        var relaunched = LaunchHistory.UNKNOWN
                .relaunched(Optional.of(GuestScenario.BEGIN))
                .read(newer, HostCapacity.UNKNOWN);
        assertThat(LaunchComparison.of(GuestKind.TDX, ResetPolicy.Terms.DEFAULT, relaunched, relaunched)
                        .finding())
                .isEqualTo(Finding.SHOWN);
        var tooEarly = LaunchHistory.UNKNOWN.relaunched(Optional.of(changed)).read(newer, HostCapacity.UNKNOWN);
        assertThat(LaunchComparison.of(GuestKind.TDX, ResetPolicy.Terms.DEFAULT, tooEarly, tooEarly)
                        .finding())
                .isEqualTo(Finding.UNKNOWABLE);
    }

    @Test
    void firmware_written_anew_with_the_same_content_is_inconclusive() {
        var again = launch(launch("a").properties(), file("a", 8, Instant.now().toEpochMilli()), false);
        assertThat(compare(GuestKind.TDX, launch("a"), again).finding()).isEqualTo(Finding.UNKNOWABLE);
    }

    @Test
    void firmware_that_cannot_be_read_or_is_not_known_is_inconclusive() {
        var known = launch("a");
        var unread = new Launch(
                known.properties(),
                Optional.empty(),
                Optional.of(new Launch.Firmware("/fw/OVMF.fd", false, Optional.empty(), true)));
        var none = new Launch(known.properties(), Optional.empty(), Optional.empty());
        for (var other : new Launch[] {unread, none}) {
            assertThat(compare(GuestKind.SEV_SNP, known, other).finding()).isEqualTo(Finding.UNKNOWABLE);
            assertThat(compare(GuestKind.SEV_SNP, other, other).finding()).isEqualTo(Finding.UNKNOWABLE);
        }
    }

    @Test
    void a_property_that_is_not_told_any_more_is_inconclusive() {
        var fewer = launch(Map.of("policy", "0x30000"), file("a", 7, LONG_AGO), true);
        assertThat(compare(GuestKind.TDX, launch("a"), fewer).finding()).isEqualTo(Finding.UNKNOWABLE);
    }

    @Test
    void a_property_that_was_not_set_and_is_now_contradicts() {
        var without = launch(Map.of("policy", "0x30000", "host-data", ""), file("a", 7, LONG_AGO), true);
        var with = launch(Map.of("policy", "0x30000", "host-data", "aG9zdA=="), file("a", 7, LONG_AGO), true);
        assertThat(compare(GuestKind.SEV_SNP, without, with).detail())
                .isEqualTo("the launch is another: host-data was not set, is aG9zdA==");
    }

    @Test
    void an_equal_measurement_supports_and_another_with_the_same_nonce_contradicts() {
        var before = measured(launch("a"), "m", "n");
        assertThat(compare(GuestKind.SEV_ES, before, before).detail())
                .isEqualTo("as before: 2 properties, launch measurement, firmware (SHA-256 a)");
        assertThat(compare(GuestKind.SEV_ES, before, measured(launch("a"), "x", "n"))
                        .finding())
                .isEqualTo(Finding.CONTRADICTED);
    }

    @Test
    void measurements_with_different_nonces_cannot_be_compared_and_say_nothing() {
        var before = measured(launch("a"), "m", "n");
        var judgement = compare(GuestKind.SEV_ES, before, measured(launch("a"), "x", "o"));
        assertThat(judgement.finding()).isEqualTo(Finding.SHOWN);
        assertThat(judgement.detail()).isEqualTo("as before: 2 properties, firmware (SHA-256 a)");
    }

    @Test
    void pflash_firmware_is_judged_by_the_measurement_alone() {
        var before = pflash(measured(launch("a"), "m", "n"));
        assertThat(compare(GuestKind.SEV_ES, before, before).finding()).isEqualTo(Finding.SHOWN);
        assertThat(compare(GuestKind.SEV_ES, before, pflash(measured(launch("a"), "x", "o")))
                        .finding())
                .isEqualTo(Finding.UNKNOWABLE);
        assertThat(compare(GuestKind.SEV_ES, pflash(launch("a")), pflash(launch("a")))
                        .detail())
                .isEqualTo("firmware in pflash is not launched again, and no measurement tells what was");
    }

    @Test
    void after_a_reset_by_the_guest_just_before_ours_nothing_is_known_of_the_launch_between() {
        var story = GuestScenario.of(snp())
                .launch(launch("a"))
                .proof(Level.SAME_LAUNCH)
                .sent(12_000)
                .guestReset()
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void each_reset_is_compared_with_the_launch_before_it() {
        var story = reset(snp(), launch("a"))
                .launch(launch("b"))
                .situation(60)
                .settledRunning()
                .afterMillis(1000)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(60)
                .settledRunning();
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.UNPROVEN, Verdict.PROVEN);
    }
}
