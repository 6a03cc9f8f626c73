package io.reseal.policy.codec;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Prediction;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.launch.PastLaunches;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection;
import io.reseal.policy.state.Echo;
import io.reseal.policy.state.EvidenceLog;
import io.reseal.policy.state.Execution;
import io.reseal.policy.state.Findings;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.Identity;
import io.reseal.policy.state.Incarnation;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.ResetLoop;
import io.reseal.policy.state.Resets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One of each signal, and states in which everything is known; the golden files were written from them. */
final class Samples {
    static final Instant AT = Instant.parse("2026-11-28T12:00:00.123456789Z");
    private static final Duration OFFSET = Duration.ofMillis(-1500);

    static ResetPolicy policy() {
        var proof = new Proof(Level.REBUILT, Duration.ofSeconds(30), Duration.ofMillis(250));
        var strict = new ResetPolicy.Terms(proof, true, false, true, Set.of("any-interrupts:aa", "bb"));
        var rule =
                new ResetPolicy.Rule(Optional.of(GuestKind.SEV_SNP), Optional.of(new ResetPolicy.Glob("db-*")), strict);
        return new ResetPolicy(ResetPolicy.Terms.DEFAULT, List.of(rule));
    }

    static GuestFacts facts() {
        var identity = new QemuIdentity(
                Optional.of(new QemuIdentity.ProcessId(4711, 99)),
                OptionalLong.of(5001),
                Optional.of(new QemuIdentity.SocketId(8, 42, 1_764_331_200_000_000_000L)),
                OptionalLong.of(4712));
        return new GuestFacts(
                "2f1f9a6e-0000-4000-8000-000000000001",
                identity,
                true,
                GuestKind.SEV_SNP,
                new QemuRelease(11, 1, 3),
                true,
                true,
                new RebootAction(true, Optional.of("libvirt manages the guest")),
                true);
    }

    private static Launch launch() {
        var file = new Launch.Fingerprint(4_194_304, "sha-0", 17, 1_764_331_200_000L);
        return new Launch(
                Map.of("policy", "0x30000", "vcpus", "2"),
                Optional.of("measured"),
                Optional.of(new Launch.Firmware("/fw.fd", true, Optional.of(file), true)),
                Optional.of(new Launch.Bundle(
                        "/vm.igvm",
                        Optional.of(file),
                        true,
                        false,
                        Set.of("igvm0", "igvm1"),
                        Optional.of("igvm0"),
                        Optional.of(new Launch.Contents(OptionalLong.of(0x30000), Optional.of("demanded"))))),
                Optional.of(new Prediction(
                        "aa", Optional.of(new Prediction.Interrupts(2, "bb", "cc", Set.of("dd", "ee"), true)))),
                Optional.of(new Launch.Start(OptionalLong.of(0x30000), Set.of("igvm0"), Optional.of("igvm0"))));
    }

    private static HostCapacity capacity() {
        return new HostCapacity(
                OptionalLong.of(3), OptionalLong.of(1000), OptionalLong.of(1), OptionalLong.of(1 << 30));
    }

    private static VcpuCounters counters() {
        return new VcpuCounters(
                Map.of("/machine/unattached/device[0]", 12_000L, "/machine/unattached/device[1]", 3L),
                Map.of("/machine/unattached/device[0]", Map.of("halt_wait_ns", 7_000_000_000L, "tlb_flush", 2L)),
                Optional.of("running"),
                OptionalLong.of(7));
    }

    private static GuestReading reading() {
        return new GuestReading(RunState.RUNNING, true, true, launch(), capacity(), counters());
    }

    private static Reset.Request request() {
        var proof = new Proof(Level.SAME_LAUNCH, Duration.ofMinutes(5), Duration.ofSeconds(1));
        return new Reset.Request(
                Origin.OPERATOR,
                Optional.of("user root (pid 7)"),
                "kernel \"6.19\"\nupdate",
                proof,
                Set.of(HazardId.PAUSED_SEV, HazardId.STATEFUL));
    }

    private static Reset reset() {
        return new Reset(
                "web-1.run.4",
                "web-1",
                GuestKind.SEV_SNP,
                request(),
                List.of(new Hazard(HazardId.PAUSED_SEV, "The next cont aborts QEMU.", "Continue it.", true, false)),
                List.of(new Evidence(
                        AT, EvidenceKind.RESET_EVENT, Outcome.SUPPORTS, Optional.of(Level.OBSERVED), "RESET")),
                new Reset.Times(AT, Optional.of(AT.plusMillis(1)), Optional.of(AT.plusMillis(2)), Optional.empty()),
                Optional.empty(),
                1);
    }

    static GuestState state() {
        return state(new Phase.Unobserved(observation(), true));
    }

    private static Phase.Observation observation() {
        return new Phase.Observation(AT.plusSeconds(1), true, false, true);
    }

    /** One for each phase that a state can be in. */
    static List<GuestState> states() {
        return List.of(
                state(new Phase.SettingRebootAction()),
                state(new Phase.AwaitingReset()),
                state(new Phase.Settling(observation())),
                state(new Phase.Suspect(observation())),
                state(),
                state(new Phase.CheckingBeforeCont(observation())),
                state(new Phase.Continuing(observation())),
                state(new Phase.Concluded(Verdict.PROVEN)),
                GuestState.unseen(header()),
                looping(GuestState.unseen(header())));
    }

    private static GuestState looping(GuestState guest) {
        var loop = new ResetLoop(reset().with(new Reset.Loop(7, AT, AT.plusMillis(5))), AT);
        return new GuestState(
                guest.identity(),
                guest.connection(),
                guest.execution(),
                guest.incarnation(),
                guest.resets().loop(Optional.of(loop)));
    }

    static GuestState.Header header() {
        return new GuestState.Header("web-1", "web-1.run", policy(), AT);
    }

    private static GuestState state(Phase phase) {
        var launches = new LaunchHistory(
                launch(),
                true,
                Optional.of(AT),
                launch(),
                capacity(),
                new PastLaunches(2, true, true),
                Optional.of(new LaunchHistory.Loaded(launch(), true, false)));
        var open = new OpenReset(
                new EvidenceLog(reset(), OFFSET, Map.of(EvidenceKind.PANIC, 3)),
                Findings.start(true, true).with(Level.OBSERVED, Finding.SHOWN),
                new OpenReset.Baseline(Optional.of(counters()), launches, true, true),
                new OpenReset.Command(OpenReset.Reply.LOST, true, true),
                new OpenReset.Schedule(AT.plusSeconds(30), Optional.of(AT.plusSeconds(2))),
                phase);
        return new GuestState(
                new Identity("web-1", new Identity.ResetIds("web-1.run", 5), policy(), Optional.of(facts())),
                new Connection(Connection.Link.DOWN, Optional.of(AT), Optional.of(AT), OFFSET, Optional.of(AT)),
                new Execution(
                        RunState.PAUSED,
                        true,
                        Optional.of(new Execution.Stop(AT, true, true)),
                        Optional.of(new Execution.Shutdown("guest-reset", true, true))),
                new Incarnation(3, AT, Optional.of(counters()), launches, true, Optional.of(counters())),
                new Resets(
                        Optional.of(new Resets.Pending(request(), AT.plusSeconds(30), true, true)),
                        Optional.of(open),
                        Optional.of(new Resets.LastReset(
                                "web-1.run.3", AT, new Echo(false, AT, AT, Optional.of(AT), AT.plusMillis(200)))),
                        Optional.of("web-1.run.2"),
                        Optional.empty()));
    }

    static List<Signal> signals() {
        return List.of(
                new Signal.ClockSet(AT, OFFSET),
                new Signal.PolicyChanged(AT, policy()),
                new Signal.Renamed(AT, "web-2"),
                new Signal.Restored(AT, state(), AT.minusSeconds(9)),
                new Signal.Forgotten(AT, "no longer watched", false),
                new Signal.Attached(AT, facts(), reading()),
                new Signal.FactsRead(AT, facts()),
                new Signal.Detached(AT, "end of stream"),
                new Signal.ProcessSeen(AT, Signal.ProcessState.UNKNOWN_SOCKET_GONE),
                new Signal.Requested(AT, request()),
                new Signal.SituationRead(AT, reading(), false),
                new Signal.CountersRead(AT, counters()),
                new Signal.RunStateRead(AT, new RunState("from-the-future")),
                new Signal.ReadFailed(AT, "timed out"),
                new Signal.Acknowledged(AT, "web-1.run.4"),
                new Signal.Rejected(AT, "web-1.run.4", "no"),
                new Signal.ReplyLost(AT, "web-1.run.4", "no reply"),
                new Signal.RebootActionSet(AT, "web-1.run.4"),
                new Signal.RebootActionRejected(AT, "web-1.run.4", "no"),
                new Signal.BeforeContRead(AT, "web-1.run.4", RunState.PRELAUNCH, counters()),
                new Signal.Continued(AT, "web-1.run.4"),
                new Signal.ContRejected(AT, "web-1.run.4", "no"),
                new Signal.ContLost(AT, "web-1.run.4", "no reply"),
                new Signal.ResetSeen(AT, AT.minusMillis(3), true, "guest-reset"),
                new Signal.ResetsRepeated(AT, 7, AT.minusMillis(9), AT.minusMillis(3), true, "guest-reset"),
                new Signal.ShutdownSeen(AT, "guest-shutdown"),
                new Signal.StopSeen(AT),
                new Signal.ResumeSeen(AT),
                new Signal.SuspendSeen(AT),
                new Signal.WakeupSeen(AT),
                new Signal.StateInDoubt(AT, "MIGRATION"),
                new Signal.MemoryFailureSeen(AT, "guest, inject"),
                new Signal.PanicSeen(AT, "pause", "hyper-v"),
                new Signal.Tick(AT));
    }

    private Samples() {}
}
