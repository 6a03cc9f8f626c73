package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A TDX guest that is reset by a new QEMU process, as libvirt does it (12.0.0, {@code qemuProcessFakeRebootViaRecreate}): the
 * old process shuts down, and soon another with the same UUID serves the monitor. That is one reset, by somebody else or ours.
 */
final class ProcessReplacement {
    /** libvirt gives a process 15 s to end, and a new one takes the time of a launch. */
    static final Duration SOON = Duration.ofSeconds(30);

    /** Evidence of a process that ended in good order inside a reset. */
    static final String AWAITED =
            "the QEMU process has ended in good order: libvirt resets a TDX guest by another process, which is waited for";

    /** What QEMU tells of a guest that was given none. */
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

    /** Whether the process that serves the monitor now is the guest's next life: the one before was shut down in order to reboot. */
    static boolean is(StepContext turn, GuestFacts now) {
        boolean same = turn.facts
                .map(before -> canBe(before) && canBe(now) && before.uuid().equals(now.uuid()))
                .orElse(false);
        return same && reboots(turn.shutdown, turn.runState) && (turn.trial.isPresent() || soon(turn.lostAt, turn.now));
    }

    /** Whether a guest that was lost then may yet return in another process. */
    static boolean isAwaited(GuestState state, Instant now) {
        return state.facts().map(ProcessReplacement::canBe).orElse(false)
                && reboots(state.shutdown(), state.runState())
                && soon(state.lostAt(), now);
    }

    /** A QEMU that stays and did not get to {@code shutdown}, as its guest stood still, has not done what it told. */
    private static boolean reboots(Optional<GuestState.Shutdown> shutdown, RunState runState) {
        return shutdown.filter(GuestState.Shutdown::reboot)
                .filter(told -> !told.stays() || runState.equals(RunState.SHUTDOWN))
                .isPresent();
    }

    private static boolean canBe(GuestFacts facts) {
        return facts.kind() == GuestKind.TDX && !Set.of("", NO_UUID).contains(facts.uuid());
    }

    private static boolean soon(Optional<Instant> lostAt, Instant now) {
        return lostAt.map(at -> Duration.between(at, now).compareTo(SOON) <= 0).orElse(false);
    }

    /** Whether the end of the QEMU process may be a part of a reset. */
    static boolean mayCome(StepContext turn) {
        return turn.kind() == GuestKind.TDX && reboots(turn.shutdown, turn.runState);
    }

    /** Until the guest is seen running it may wait for its owner: libvirt starts QEMU with -S. */
    static void begin(StepContext turn) {
        // a reset that was seen is one, and what made another process necessary is the next
        turn.trial
                .filter(ResetJudge::observed)
                .ifPresent(open -> ReadingRules.breakOff(
                        turn, open, "another QEMU process took its place before this reset was judged"));
        var trial = turn.trial.orElseGet(() -> ResetJudge.open(turn, request(turn)));
        turn.rebuildFailed = false;
        turn.shutdown = Optional.empty();
        turn.unanswered = Optional.empty();
        trial.wasRunning = false;
        trial.blind = true;
        trial.suspect = false;
        turn.beginLife(Optional.empty());
        turn.outlook = turn.outlook.inAnotherProcess();
        var at = turn.now.plus(turn.offset);
        turn.last = Optional.of(new GuestState.LastReset(trial.reset().id(), at, Echo.seen(turn.now)));
        trial.observe(at);
        trial.show(
                Level.OBSERVED,
                EvidenceKind.PROCESS,
                "inferred: another QEMU process with the same UUID serves the monitor, as after libvirt's reset of a TDX guest");
        if (trial.awaits(Level.REBUILT)) {
            trial.show(
                    Level.REBUILT,
                    EvidenceKind.PROCESS,
                    "rebuilt by construction: the new process has a KVM context of its own");
        }
    }

    private static Reset.Request request(StepContext turn) {
        return new Reset.Request(
                Origin.EXTERNAL, "a new QEMU process", turn.terms().proof(), Set.of());
    }

    private ProcessReplacement() {}
}
