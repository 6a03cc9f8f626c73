package io.reseal.policy.machine;

import static io.reseal.policy.Finding.CONTRADICTED;
import static io.reseal.policy.Finding.NOT_APPLICABLE;
import static io.reseal.policy.Finding.PENDING;
import static io.reseal.policy.Finding.SHOWN;
import static io.reseal.policy.Finding.UNKNOWABLE;

import io.reseal.policy.Durations;
import io.reseal.policy.Finding;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** An {@link OpenReset} in the making, within one {@link StepContext}: it gathers evidence and reaches the verdict. */
final class ResetJudge {
    /** For reading counters and run state once QEMU answers again. */
    private static final Duration LATE_JUDGING = Duration.ofSeconds(5);

    private final StepContext turn;
    private final EvidenceLog dossier;
    private Findings findings;
    Optional<VcpuCounters> before;
    LaunchHistory outlook;
    boolean wasRunning;
    final boolean stood;
    final boolean rebuildExpected;
    boolean suspect;
    private final Duration offset;
    Instant deadline;
    private OpenReset.Reply reply;
    private boolean late;
    private Optional<Instant> settledAt;
    boolean ranSince;
    boolean blind;
    boolean undated;
    private Optional<Instant> wakeAt;
    boolean curing;
    OpenReset.Continuation continuation;

    ResetJudge(StepContext turn, OpenReset open) {
        this.turn = turn;
        this.dossier = new EvidenceLog(turn, open);
        this.findings = open.findings();
        this.before = open.before();
        this.outlook = open.outlook();
        this.wasRunning = open.wasRunning();
        this.stood = open.stood();
        this.rebuildExpected = open.rebuildExpected();
        this.suspect = open.suspect();
        this.offset = open.offset();
        this.deadline = open.deadline();
        this.reply = open.reply();
        this.late = open.late();
        this.settledAt = open.settledAt();
        this.ranSince = open.ranSince();
        this.blind = open.blind();
        this.undated = open.undated();
        this.wakeAt = open.wakeAt();
        this.curing = open.curing();
        this.continuation = open.continuation();
    }

    /** Opens a reset of the turn's guest, whose counters before it are those last read in the present life. */
    static ResetJudge open(StepContext turn, Reset.Request request) {
        return open(turn, request, turn.now.plus(turn.offset));
    }

    /** @param requestedAt wall time */
    static ResetJudge open(StepContext turn, Reset.Request request, Instant requestedAt) {
        var reset = EvidenceLog.begin(turn, request, requestedAt);
        var trial = new ResetJudge(turn, OpenReset.begun(turn, reset));
        turn.trial = Optional.of(trial);
        turn.act(new Action.Opened(reset));
        trial.wakeBy(trial.deadline);
        trial.noteLevelsOutOfReach();
        return trial;
    }

    private void noteLevelsOutOfReach() {
        if (findings.is(Level.REBUILT, NOT_APPLICABLE) && wanted().compareTo(Level.REBUILT) >= 0) {
            var why = turn.facts.map(GuestFacts::kvm).orElse(true)
                    ? "a %s guest is reset in the ordinary way, without a new KVM context"
                            .formatted(reset().kind().text())
                    : "without KVM nothing is rebuilt";
            say(EvidenceKind.NOT_APPLICABLE, Outcome.INCONCLUSIVE, Level.REBUILT, "rebuilt is not applicable: " + why);
        }
        if (!wanted().provable()) {
            say(
                    EvidenceKind.NOT_APPLICABLE,
                    Outcome.INCONCLUSIVE,
                    wanted(),
                    "%s cannot be proven by this version".formatted(wanted().text()));
        }
    }

    OpenReset toOpenReset() {
        return new OpenReset(
                reset(),
                findings,
                before,
                outlook,
                wasRunning,
                stood,
                rebuildExpected,
                suspect,
                offset,
                deadline,
                reply,
                late,
                settledAt,
                ranSince,
                blind,
                undated,
                wakeAt,
                curing,
                continuation,
                dossier.leftOut());
    }

    Reset reset() {
        return dossier.reset();
    }

    Level wanted() {
        return reset().request().proof().prove();
    }

    /** Whether the level has to be shown and is not yet. */
    boolean wants(Level level) {
        return awaits(level) && wanted().compareTo(level) >= 0;
    }

    boolean observed() {
        return settledAt.isPresent();
    }

    boolean is(Level level, Finding finding) {
        return findings.is(level, finding);
    }

    boolean awaits(Level level) {
        return is(level, PENDING);
    }

    boolean settled() {
        return settledAt.map(at -> !turn.now.isBefore(at)).orElse(false);
    }

    /** The guest did not run, and nobody lets it go on: the counters alone decide. */
    boolean pausedByOthers() {
        return !wasRunning && !ranSince && !blind && continuation == OpenReset.Continuation.NONE;
    }

    /** The rebuild of a guest that ran has failed: a STOP came before its RESET, and the counters went on. */
    boolean rebuildFailed() {
        return observed() && is(Level.OBSERVED, CONTRADICTED);
    }

    boolean is(OpenReset.Reply wanted) {
        return reply == wanted;
    }

    /** Our system_reset is on its way. */
    void sent() {
        reply = OpenReset.Reply.AWAITED;
        turn.act(new Action.SendSystemReset(reset()));
    }

    /** QEMU has answered, or no answer will be heard. What is judged late gets the time that judging takes. */
    void replied(OpenReset.Reply came) {
        reply = came;
        if (late) {
            deadline = turn.now.plus(reset().request().proof().settle()).plus(LATE_JUDGING);
            wakeBy(deadline);
        }
    }

    /** The time allowed ran out, but the command is out: its RESET will be that of this reset, so it stays open. */
    boolean ranLate() {
        if (reply != OpenReset.Reply.AWAITED || turn.link != GuestState.Link.UP) {
            return false;
        }
        wakeAt = Optional.empty();
        if (!late) {
            late = true;
            note(
                    EvidenceKind.DEADLINE,
                    Outcome.INCONCLUSIVE,
                    "the time allowed, %s, ran out, and QEMU has not answered system_reset yet: its RESET will be this reset's"
                            .formatted(Durations.text(reset().request().proof().within())));
        }
        return true;
    }

    boolean late() {
        return late;
    }

    /** Asks for a tick at {@code at}, unless an earlier one is on its way, which then asks for the next. */
    void wakeBy(Instant at) {
        if (wakeAt.filter(armed -> !armed.isAfter(at)).isEmpty()) {
            wakeAt = Optional.of(at);
            turn.act(new Action.WakeAt(at));
        }
    }

    /** Whether the tick asked for has come. One that came early, by another clock than ours, is asked for again. */
    boolean woken() {
        if (wakeAt.filter(turn.now::isBefore).isPresent()) {
            turn.act(new Action.WakeAt(wakeAt.get()));
            return false;
        }
        wakeAt = Optional.empty();
        return true;
    }

    /** Asks for the next tick that is sure to be needed. */
    void sleep() {
        wakeBy(settledAt.filter(turn.now::isBefore).filter(deadline::isAfter).orElse(deadline));
    }

    /** Adds evidence about the reset as a whole. */
    void note(EvidenceKind kind, Outcome outcome, String detail) {
        dossier.add(new Evidence(dossier.now(), kind, outcome, Optional.empty(), detail));
    }

    private void say(EvidenceKind kind, Outcome outcome, Level level, String detail) {
        dossier.add(new Evidence(dossier.now(), kind, outcome, Optional.of(level), detail));
    }

    /** The RESET of this reset came at {@code at}, QEMU's time, or was inferred: what follows is judged from now on. */
    void observe(Instant at) {
        dossier.observedAt(at);
        settleAnew();
    }

    /** The guest must stay running for the settle time from now on. */
    void settleAnew() {
        var at = turn.now.plus(reset().request().proof().settle());
        settledAt = Optional.of(at);
        wakeBy(at);
    }

    void echo() {
        dossier.countEcho();
        note(EvidenceKind.ECHO, Outcome.INCONCLUSIVE, "the firmware reset once more by itself: the same reset");
        reconsiderRunning();
        settleAnew();
    }

    void renamed(String name) {
        dossier.rename(name);
    }

    /** The guest stands still, and what made it so has nothing to do with the rebuild. */
    void pausedMeanwhile() {
        suspect = false;
        wasRunning = turn.running();
    }

    /** Forgets its RESET and what was found above {@code acknowledged}: they belong to another reset. */
    void startOver() {
        findings = Findings.start(true, rebuildExpected).with(Level.ACKNOWLEDGED, findings.of(Level.ACKNOWLEDGED));
        settledAt = Optional.empty();
        suspect = false;
        ranSince = false;
        blind = false;
        dossier.forgetObservation();
    }

    /** What panicked is not alive by merely being in run state {@code running}: that is judged once it settled. */
    void panicked(String what) {
        if (is(Level.RUNNING, NOT_APPLICABLE)) {
            note(EvidenceKind.PANIC, Outcome.INCONCLUSIVE, what);
        } else {
            say(EvidenceKind.PANIC, Outcome.CONTRADICTS, Level.RUNNING, what);
        }
        reconsiderRunning();
    }

    boolean has(EvidenceKind kind) {
        return reset().evidence().stream().anyMatch(evidence -> evidence.kind() == kind);
    }

    boolean panicked() {
        return reset().evidence().stream()
                .anyMatch(e -> e.kind() == EvidenceKind.PANIC && e.outcome() == Outcome.CONTRADICTS);
    }

    void show(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, SHOWN);
        var at = kind == EvidenceKind.RESET_EVENT ? reset().times().observedAt().orElse(dossier.now()) : dossier.now();
        dossier.show(new Evidence(at, kind, Outcome.SUPPORTS, Optional.of(level), detail));
    }

    void contradict(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, CONTRADICTED);
        say(kind, Outcome.CONTRADICTS, level, detail);
    }

    void giveUpOn(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, UNKNOWABLE);
        say(kind, Outcome.INCONCLUSIVE, level, detail);
    }

    void skip(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, NOT_APPLICABLE);
        say(kind, Outcome.INCONCLUSIVE, level, detail);
    }

    /** The guest was seen running: after its RESET its counters may grow. */
    void runs() {
        ranSince |= observed();
    }

    /** Since the RESET, by the clock of the signals. */
    Duration sinceObserved() {
        return reset().times()
                .observedAt()
                .map(at -> Duration.between(at, dossier.now()))
                .orElse(Duration.ZERO);
    }

    /** The guest was seen running and settled, and that may not hold any more. */
    void reconsiderRunning() {
        if (is(Level.RUNNING, SHOWN)) {
            findings = findings.with(Level.RUNNING, PENDING);
        }
    }

    /** Does what is left to do, and closes the reset once nothing more is awaited. */
    void concludeIfComplete() {
        ContAfterReset.goOn(turn, this);
        if (rebuildFailed()) {
            concludeFailed();
        } else if (complete()) {
            conclude(findings.proven(wanted()) ? Verdict.PROVEN : Verdict.UNPROVEN);
        }
    }

    /**
     * A guest that was paused before, or stopped meanwhile, is judged by the counters, whatever is wanted: QEMU tells of a failed
     * rebuild by nothing else.
     */
    private boolean complete() {
        boolean countersDecide = observed() && (!wasRunning || suspect) && awaits(Level.REBUILT);
        return findings.complete(wanted())
                && !countersDecide
                && !shutDownInstead()
                && continuation == OpenReset.Continuation.NONE
                && reply != OpenReset.Reply.AWAITED;
    }

    /** QEMU acknowledges a reset that it turns into a shutdown, too. */
    private boolean shutDownInstead() {
        boolean told = turn.shutdown.filter(GuestState.Shutdown::reboot).isPresent();
        return !observed() && (told || is(Level.OBSERVED, CONTRADICTED));
    }

    /** QEMU told of a shutdown before it answered, and of no reset: what comes now is another's. */
    boolean answeredByShutdown() {
        return reply == OpenReset.Reply.CAME && !observed() && has(EvidenceKind.SHUTDOWN_EVENT);
    }

    /** QEMU has told of a shutdown in place of a reset, and if our system_reset was to be executed, it was. */
    boolean turnedIntoShutdown() {
        boolean over = reply == OpenReset.Reply.CAME || reply == OpenReset.Reply.LOST;
        return over && shutDownInstead();
    }

    /** Of a guest that ran, the run state is waited for too: it belongs to the record of what became of it. */
    private void concludeFailed() {
        boolean known = !awaits(Level.RUNNING) && !awaits(Level.REBUILT);
        if (known && is(Level.RUNNING, SHOWN)) {
            conclude(
                    Verdict.UNPROVEN,
                    "by all signs the rebuild failed, but after that no guest runs, and this one does");
        } else if (!wasRunning || known) {
            failRebuild();
        }
    }

    private void conclude(Verdict verdict) {
        if (verdict == Verdict.PROVEN && late) {
            var within = Durations.text(reset().request().proof().within());
            conclude(
                    Verdict.UNPROVEN,
                    "shown up to %s, but only after the time allowed, %s: QEMU answered late"
                            .formatted(reachedText(), within));
        } else if (verdict == Verdict.PROVEN) {
            conclude(verdict, "proven up to " + reachedText() + LaunchChangeRules.remark(this));
        } else {
            conclude(verdict, "%s; %s".formatted(cause(), shownText()));
        }
    }

    /** What stands in the way of the wanted level: the last that was said of the lowest level that is not shown. */
    private String cause() {
        return findings.notShown(wanted())
                .flatMap(level -> lastSaidOf(level).stream())
                .findFirst()
                .map(Evidence::detail)
                .orElseGet(() -> "run state is " + turn.runState);
    }

    private Optional<Evidence> lastSaidOf(Level level) {
        return reset().evidence().stream()
                .filter(said -> said.level().equals(Optional.of(level)) && said.outcome() != Outcome.SUPPORTS)
                .reduce((_, latest) -> latest);
    }

    String reachedText() {
        return findings.reached().map(Level::text).orElse("nothing");
    }

    /** How far it got, and how far it was to get. */
    String shownText() {
        boolean enough =
                findings.reached().map(level -> level.compareTo(wanted()) >= 0).orElse(false);
        return "shown up to " + reachedText() + (enough ? "" : ", wanted " + wanted().text());
    }

    /** No more evidence comes: a rebuild that may have failed is taken for one that did, until the guest is seen to run. */
    void leaveUndecided() {
        turn.rebuildFailed |= suspect && awaits(Level.REBUILT);
    }

    void failRebuild() {
        fail(FailureDiagnosis.failure(turn, this));
    }

    /** QEMU lives, the guest does not. After a failed rebuild of this process no other reset is tried. */
    void fail(String summary) {
        turn.rebuildFailed |= rebuildExpected && observed() && (rebuildFailed() || is(Level.REBUILT, CONTRADICTED));
        conclude(Verdict.FAILED, summary);
    }

    /** Closes the reset. */
    void conclude(Verdict verdict, String summary) {
        dossier.close(new Reset.Conclusion(verdict, findings.reached(), summary));
        if (reply == OpenReset.Reply.LOST && !is(Level.OBSERVED, SHOWN)) {
            turn.unanswered = Optional.of(reset().id());
        }
        turn.trial = Optional.empty();
        turn.act(new Action.Closed(reset()));
        RequestRules.nextInLine(turn);
    }
}
