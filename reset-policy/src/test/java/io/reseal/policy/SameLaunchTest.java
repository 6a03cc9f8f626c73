package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The level same-launch")
class SameLaunchTest {
    private static final Launch.Fingerprint FILE =
            new Launch.Fingerprint(0x400000, "aa11", 5, Story.BEGIN.toEpochMilli() - 60_000);
    private static final Map<String, String> PROPERTIES = Map.of("policy", "196608", "host-data", "AAAA");
    private static final Launch LAUNCH = launch(PROPERTIES, FILE, true);

    private static Launch launch(Map<String, String> properties, Launch.Fingerprint file, boolean older) {
        return new Launch(
                properties, Optional.empty(), Optional.of(new Launch.Firmware("/fw", false, Optional.of(file), older)));
    }

    /** A guest launched from {@code before}, whose reset is sent and seen. */
    private static Story reset(GuestFacts facts, Launch before) {
        return Story.unseen(facts, ResetPolicy.DEFAULT)
                .launch(before)
                .attached("running", 10_000)
                .proof(Level.SAME_LAUNCH)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40);
    }

    private static String said(Story story) {
        return story.theReset().evidence().stream()
                .filter(evidence -> evidence.kind() == EvidenceKind.LAUNCH)
                .map(Evidence::detail)
                .reduce("", String::concat);
    }

    @Test
    void is_shown_by_the_same_properties_and_an_unchanged_firmware_file() {
        var story = reset(Story.snp(), LAUNCH).situation(50).settledRunning();
        story.assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
        assertThat(said(story)).isEqualTo("as before: 2 properties, firmware (SHA-256 aa11)");
    }

    @Test
    void is_waited_for_until_it_was_read() {
        reset(Story.snp(), LAUNCH)
                .settledRunning()
                .stillOpen()
                .situation(50)
                .assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
    }

    @Test
    void is_asked_for_at_the_RESET_and_only_when_it_is_wanted() {
        var wanted = Story.of(Story.snp()).proof(Level.SAME_LAUNCH).sent(12_000).resetSeen();
        assertThat(wanted.latest()).contains(new Action.ReadSituation());
        var unwanted = Story.of(Story.snp()).proof(Level.REBUILT).sent(12_000).resetSeen();
        assertThat(unwanted.latest()).doesNotContain(new Action.ReadSituation());
    }

    @Test
    void is_contradicted_by_a_property_that_differs() {
        var story = reset(Story.snp(), LAUNCH)
                .launch(launch(Map.of("policy", "720896", "host-data", "AAAA"), FILE, true))
                .situation(50)
                .settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(said(story)).isEqualTo("policy was 196608, is 720896");
    }

    @Test
    void is_contradicted_by_another_firmware_even_when_that_was_forced() {
        var changed = launch(PROPERTIES, new Launch.Fingerprint(0x400000, "bb22", 6, FILE.modifiedMillis()), true);
        var story = Story.unseen(Story.snp(), ResetPolicy.DEFAULT)
                .launch(LAUNCH)
                .attached("running", 10_000)
                .proof(Level.SAME_LAUNCH)
                .launch(changed)
                .asked(HazardId.FIRMWARE_CHANGED)
                .afterMillis(1)
                .situation(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(50)
                .settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(said(story)).isEqualTo("the firmware had SHA-256 aa11, has bb22");
    }

    @Test
    void is_contradicted_by_another_launch_measurement() {
        var before = new Launch(PROPERTIES, Optional.of("AAAA"), LAUNCH.firmware());
        var story = reset(Story.guest(GuestKind.SEV_ES), before)
                .launch(new Launch(PROPERTIES, Optional.of("BBBB"), LAUNCH.firmware()))
                .situation(50)
                .settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(said(story)).isEqualTo("the launch measurement is another");
    }

    @Test
    void cannot_be_known_when_the_file_was_changed_after_QEMU_had_loaded_it() {
        var younger = launch(PROPERTIES, FILE, false);
        var story = Story.unseen(Story.snp(), ResetPolicy.DEFAULT)
                .launch(younger)
                .attached("running", 10_000)
                .proof(Level.SAME_LAUNCH)
                .asked(HazardId.FIRMWARE_CHANGED)
                .afterMillis(1)
                .situation(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(50)
                .settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(said(story)).contains("what ran before is not known");
    }

    @Test
    void is_known_again_after_a_reset_that_was_seen() {
        var younger = launch(PROPERTIES, FILE, false);
        var story = Story.unseen(Story.forced(), ResetPolicy.DEFAULT)
                .launch(younger)
                .attached("running", 10_000)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning()
                .situation(5_000)
                .proof(Level.SAME_LAUNCH)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(50)
                .settledRunning();
        assertThat(story.closed().getLast().conclusion().orElseThrow().verdict())
                .isEqualTo(Verdict.PROVEN);
    }

    @Test
    void cannot_be_known_when_nothing_was_read_before() {
        var story =
                reset(Story.snp(), Launch.UNKNOWN).launch(LAUNCH).situation(50).settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
    }

    @Test
    void cannot_be_known_of_pflash_that_nothing_measures() {
        var pflash = new Launch(
                PROPERTIES, Optional.empty(), Optional.of(new Launch.Firmware("/fw", true, Optional.of(FILE), true)));
        var story = reset(Story.snp(), pflash).situation(50).settledRunning();
        story.assertVerdict(Verdict.UNPROVEN, Level.REBUILT);
        assertThat(said(story)).contains("nothing measures it");
    }

    @Test
    void does_not_hold_up_a_reset_that_wants_less() {
        Story.of(Story.snp())
                .proof(Level.REBUILT)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }
}
