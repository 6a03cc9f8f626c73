package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuRunStates;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.launch.Launch.Start;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every text that an operator may act on, in every situation; which commands end QEMU is known from docs/qemu-facts.md. */
class NoFatalAdviceTest {
    /** What a text says when it means a cont, or a reset. */
    private static final Pattern CONT = Pattern.compile("\\bcont\\b|\\bcontinue\\b|\\blet it run\\b");

    private static final Pattern RESET = Pattern.compile("\\bsystem_reset\\b|\\bforce\\b|\\breset it\\b");
    private static final Pattern ALWAYS_FATAL =
            Pattern.compile("query-sev\\b|info sev|qom-list-properties|object-add|\\bquit\\b|\\bkill -");

    /** A text that names such a command as what does the harm warns of it. */
    private static final Pattern WARNS =
            Pattern.compile("aborts QEMU|kills QEMU|QEMU exits|ends QEMU|no cont was sent|is fatal");

    /** What became of the process before. */
    enum Before {
        /** Started with -S, attached, nothing else. */
        FRESH,
        /** Attached when it was like that; what was before nobody saw. */
        UNSEEN,
        /** It was reset before it was attached, which its descriptors tell. */
        RESET_UNSEEN,
        /** It ran, and somebody stopped it or it stopped by itself. */
        RAN,
        /** It was stopped, and then reset. */
        STOPPED_AND_RESET,
        /** It ran, and a rebuild failed. */
        REBUILD_FAILED,
        /** It ran, was reset well, and then stopped. */
        RESET_AND_RAN
    }

    /** One guest in one situation, with all that Reseal has to say of it. */
    private record Case(GuestKind kind, Before before, String runState, GuestState state) {
        private boolean isSev() {
            return kind.isSev();
        }

        private boolean failed() {
            return before == Before.REBUILD_FAILED && kind.alwaysRebuilt();
        }

        private boolean runs() {
            return runState.equals("running");
        }

        /** After the reset of a SEV type that did not run, and after a rebuild that failed. In prelaunch nothing else is known. */
        private boolean contKills() {
            boolean inPrelaunch = runState.equals("prelaunch") && before != Before.FRESH;
            return failed() || (isSev() && !runs() && (inPrelaunch || before == Before.STOPPED_AND_RESET));
        }

        /** It leaves a guest that no cont brings back, or it does not rebuild it. */
        private boolean resetKills() {
            return failed() || (isSev() && !runs() && before != Before.FRESH && !canBeContinued());
        }

        private boolean canBeContinued() {
            return !contKills()
                    && !Set.of("internal-error", "guest-panicked", "shutdown").contains(runState);
        }

        @Override
        public String toString() {
            return kind + " " + before + " in " + runState + ": " + new GuestQueries(state).hazards();
        }

        private List<String> cures() {
            return new GuestQueries(state).hazards().stream().map(Hazard::cure).toList();
        }

        private List<String> consequences() {
            return new GuestQueries(state)
                    .hazards().stream().map(Hazard::consequence).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_cure_names_a_command_that_ends_this_QEMU(Before before) {
        var cases = cases(before);
        assertThat(cases)
                .hasSize(GuestKind.values().length
                        * launches().size()
                        * runStates(before).size());
        assertThat(cases)
                .allSatisfy(each -> assertThat(each.cures()).allSatisfy(cure -> {
                    assertThat(cure).doesNotContainPattern(ALWAYS_FATAL);
                    if (each.contKills()) {
                        assertThat(cure).doesNotContainPattern(CONT);
                    }
                    if (each.resetKills()) {
                        assertThat(cure).doesNotContainPattern(RESET);
                    }
                }));
    }

    @ParameterizedTest
    @EnumSource
    void no_consequence_names_a_command_that_ends_this_QEMU_but_to_warn_of_it(Before before) {
        assertThat(cases(before))
                .allSatisfy(each -> assertThat(each.consequences()).allSatisfy(NoFatalAdviceTest::assertWarns));
    }

    private static void assertWarns(String text) {
        if (CONT.matcher(text).find() || ALWAYS_FATAL.matcher(text).find()) {
            assertThat(text).containsPattern(WARNS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_summary_and_no_evidence_of_a_reset_that_did_not_succeed_names_a_command_that_ends_this_QEMU(
            GuestKind kind) {
        for (var story : List.of(failed(kind), died(kind), stoppedAndReset(kind))) {
            assertThat(story.closed()).isNotEmpty().allSatisfy(reset -> {
                assertWarns(conclusion(reset).summary());
                assertThat(reset.evidence()).extracting(Evidence::detail).allSatisfy(NoFatalAdviceTest::assertWarns);
            });
        }
    }

    @Test
    void the_table_of_hazards_names_no_command_that_ends_this_QEMU_but_to_warn_of_it() throws IOException {
        var rows = Files.readAllLines(Path.of("../README.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(20);
        assertThat(rows.stream().filter(row -> CONT.matcher(row).find()))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row).containsPattern(WARNS));
    }

    @Test
    void the_hazard_igvm_not_run_is_told_only_of_a_process_that_has_never_run_nor_been_reset() {
        for (var before : Before.values()) {
            assertThat(cases(before).stream().filter(each -> has(each, HazardId.IGVM_NOT_RUN)))
                    .allSatisfy(each -> assertThat(each.before()).isIn(Before.FRESH, Before.UNSEEN));
        }
        assertThat(cases(Before.FRESH).stream().filter(each -> has(each, HazardId.IGVM_NOT_RUN)))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.cures())
                        .anySatisfy(cure -> assertThat(cure).containsPattern(CONT)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SEV", "SEV_ES", "SEV_SNP"})
    void a_paused_guest_of_a_SEV_type_in_prelaunch_after_a_RESET_needs_a_new_process(GuestKind kind) {
        var hazards = stoppedAndReset(kind).guest().hazards();
        assertThat(hazards).extracting(Hazard::id).contains(HazardId.PAUSED_SEV);
        assertThat(hazards)
                .filteredOn(Hazard::stops)
                .extracting(Hazard::cure)
                .containsOnly("Only a new QEMU process helps: stop this one and start the guest again.");
    }

    private static boolean has(Case each, HazardId id) {
        return new GuestQueries(each.state()).hazards().stream().anyMatch(hazard -> hazard.id() == id);
    }

    private static List<Case> cases(Before before) {
        var cases = new ArrayList<Case>();
        for (var kind : GuestKind.values()) {
            for (var launch : launches()) {
                for (var runState : runStates(before)) {
                    var story = GuestScenario.unseen(SampleGuests.guest(kind), stateful())
                            .room(room(before, kind));
                    cases.add(new Case(kind, before, runState, tell(story.launch(launch), kind, before, runState)));
                }
            }
        }
        return cases;
    }

    /** A process that has never run is in prelaunch, if it is not about to be filled by a migration. */
    private static List<String> runStates(Before before) {
        return switch (before) {
            case FRESH -> List.of("prelaunch");
            case UNSEEN, RESET_UNSEEN, RAN, STOPPED_AND_RESET, REBUILD_FAILED, RESET_AND_RAN -> QemuRunStates.ALL;
        };
    }

    /** The counters of a guest that is not rebuilt go on over a reset. */
    private static GuestState tell(GuestScenario story, GuestKind kind, Before before, String runState) {
        long counted = kind.alwaysRebuilt() ? 0 : 10_000;
        return (switch (before) {
                    case FRESH -> story.attached("prelaunch", 0);
                    case UNSEEN, RESET_UNSEEN -> story.attached(runState, counted);
                    case RAN ->
                        story.attached("running", 10_000).afterMillis(5000).runState(runState);
                    case STOPPED_AND_RESET ->
                        story.attached("running", 10_000)
                                .stop()
                                .afterMillis(5000)
                                .resetSeen()
                                .counters(counted)
                                .runState(runState);
                    case REBUILD_FAILED ->
                        story.attached("running", 10_000)
                                .stop()
                                .resetSeen()
                                .sevState("uninit")
                                .counters(10_001)
                                .runState("prelaunch")
                                .runState(runState);
                    case RESET_AND_RAN ->
                        story.attached("running", 10_000)
                                .resetSeen()
                                .counters(40)
                                .settledRunning()
                                .runState(runState);
                })
                .state();
    }

    private static ResetPolicy stateful() {
        return new ResetPolicy(new ResetPolicy.Terms(Proof.DEFAULT, false, true, true, Set.of()), List.of());
    }

    private static HostCapacity room(Before before, GuestKind kind) {
        var leaked = switch (before) {
            case UNSEEN -> OptionalLong.empty();
            case RESET_UNSEEN -> OptionalLong.of(1);
            case FRESH, RAN, STOPPED_AND_RESET, REBUILD_FAILED, RESET_AND_RAN -> OptionalLong.of(0);
        };
        return new HostCapacity(
                OptionalLong.of(0),
                OptionalLong.of(1),
                kind.isSev() && kind.alwaysRebuilt() ? leaked : OptionalLong.empty(),
                OptionalLong.of(1));
    }

    /** From a bundle with every fault, and from firmware with each of its own. */
    private static List<Launch> launches() {
        var bundle = new Bundle(
                "/b.igvm",
                Optional.of(new Fingerprint(4096, "a", 1, 0)),
                false,
                false,
                Set.of("igvm0", "more"),
                Optional.of("igvm0"),
                Optional.empty());
        var start = new Start(OptionalLong.of(0x30000), Set.of("igvm0"), Optional.of("igvm0"));
        var properties = Map.of("policy", "0xb0000", "tsc-frequency", "1");
        var fromBundle = new Launch(
                        properties, Optional.empty(), Optional.empty(), Optional.of(bundle), Optional.empty())
                .startedFrom(start);
        return Stream.concat(
                        Stream.of(fromBundle),
                        Stream.of(
                                        new Firmware("/f", false, Optional.empty(), true),
                                        new Firmware(
                                                "/f", false, Optional.of(new Fingerprint(65_536, "a", 1, 0)), false),
                                        new Firmware("#flash", true, Optional.empty(), true))
                                .map(firmware -> new Launch(properties, Optional.empty(), Optional.of(firmware))))
                .toList();
    }

    private static GuestScenario failed(GuestKind kind) {
        return GuestScenario.of(SampleGuests.guest(kind))
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(12_001)
                .runState("prelaunch")
                .untilDeadline();
    }

    private static GuestScenario died(GuestKind kind) {
        return GuestScenario.of(SampleGuests.guest(kind))
                .sent(12_000)
                .detached()
                .process(Signal.ProcessState.ENDED);
    }

    private static GuestScenario stoppedAndReset(GuestKind kind) {
        return GuestScenario.of(SampleGuests.guest(kind))
                .stop()
                .afterMillis(5000)
                .requested(HazardId.PAUSED_SEV)
                .situationIn("paused", 12_000)
                .resetSeen()
                .acknowledged()
                .counters(0)
                .runState("prelaunch")
                .untilDeadline();
    }
}
