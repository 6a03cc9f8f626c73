package io.reseal.policy;

import static io.reseal.policy.Findings.Finding.CONTRADICTED;
import static io.reseal.policy.Findings.Finding.NOT_APPLICABLE;
import static io.reseal.policy.Findings.Finding.PENDING;
import static io.reseal.policy.Findings.Finding.SHOWN;
import static io.reseal.policy.Findings.Finding.UNKNOWABLE;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An {@link OpenReset} in the making, within one {@link Turn}: it gathers evidence and reaches the verdict. */
final class Trial {
    private final Turn turn;
    private Reset reset;
    private Findings findings;
    Optional<VcpuCounters> before;
    final boolean wasRunning;
    final boolean rebuildExpected;
    boolean stopSeen;
    final Instant deadline;
    private Optional<Instant> settledAt;

    Trial(Turn turn, OpenReset open) {
        this.turn = turn;
        this.reset = open.reset();
        this.findings = open.findings();
        this.before = open.before();
        this.wasRunning = open.wasRunning();
        this.rebuildExpected = open.rebuildExpected();
        this.stopSeen = open.stopSeen();
        this.deadline = open.deadline();
        this.settledAt = open.settledAt();
    }

    /** Opens a reset of the turn's guest, whose counters before it are those last read in the present life. */
    static Trial open(Turn turn, Reset.Ask ask, boolean wasRunning) {
        boolean ours = ask.origin() == Origin.OPERATOR || ask.origin() == Origin.POLICY;
        var reset = new Reset(
                turn.nextId(),
                turn.name,
                turn.kind(),
                ask,
                turn.hazards(),
                List.of(),
                new Reset.Times(turn.now, Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                0);
        var open = new OpenReset(
                reset,
                Findings.start(ours, turn.rebuiltOnReset()),
                turn.life.counters(),
                wasRunning,
                turn.rebuiltOnReset(),
                false,
                turn.now.plus(ask.proof().within()),
                Optional.empty());
        var trial = new Trial(turn, open);
        turn.trial = Optional.of(trial);
        turn.act(new Action.Opened(reset));
        turn.act(new Action.WakeAt(open.deadline()));
        trial.noteLevelsOutOfReach();
        return trial;
    }

    private void noteLevelsOutOfReach() {
        if (findings.is(Level.REBUILT, NOT_APPLICABLE) && wanted().compareTo(Level.REBUILT) >= 0) {
            var why = turn.facts.map(GuestFacts::kvm).orElse(true)
                    ? "a %s guest is reset in the ordinary way, without a new KVM context"
                            .formatted(reset.kind().text())
                    : "without KVM nothing is rebuilt";
            note(EvidenceKind.NOT_APPLICABLE, Outcome.INCONCLUSIVE, Level.REBUILT, "rebuilt is not applicable: " + why);
        }
        if (!wanted().provable()) {
            note(
                    EvidenceKind.NOT_APPLICABLE,
                    Outcome.INCONCLUSIVE,
                    wanted(),
                    "%s cannot be proven by this version".formatted(wanted().text()));
        }
    }

    OpenReset toOpenReset() {
        return new OpenReset(reset, findings, before, wasRunning, rebuildExpected, stopSeen, deadline, settledAt);
    }

    Reset reset() {
        return reset;
    }

    Level wanted() {
        return reset.ask().proof().prove();
    }

    boolean observed() {
        return settledAt.isPresent();
    }

    boolean awaits(Level level) {
        return findings.is(level, PENDING);
    }

    boolean settled() {
        return settledAt.map(at -> !turn.now.isBefore(at)).orElse(false);
    }

    /** Adds evidence about {@code level}. */
    void note(EvidenceKind kind, Outcome outcome, Level level, String detail) {
        add(new Evidence(turn.now, kind, outcome, Optional.of(level), detail));
    }

    /** Adds evidence about the reset as a whole. */
    void note(EvidenceKind kind, Outcome outcome, String detail) {
        add(new Evidence(turn.now, kind, outcome, Optional.empty(), detail));
    }

    private void add(Evidence evidence) {
        var all = new ArrayList<>(reset.evidence());
        all.add(evidence);
        reset = with(all, reset.times(), reset.conclusion(), reset.echoes());
        turn.act(new Action.Found(reset, evidence));
    }

    private Reset with(List<Evidence> evidence, Reset.Times times, Optional<Reset.Conclusion> conclusion, int echoes) {
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                reset.ask(),
                reset.hazards(),
                evidence,
                times,
                conclusion,
                echoes);
    }

    /** The RESET of this reset came at {@code at}, QEMU's time, or was inferred: what follows is judged from now on. */
    void observe(Instant at) {
        var times = reset.times();
        reset = with(
                reset.evidence(),
                new Reset.Times(times.requestedAt(), Optional.of(at), times.provenAt(), times.closedAt()),
                reset.conclusion(),
                reset.echoes());
        settleAnew();
    }

    /** The guest must stay running for the settle time from now on. */
    void settleAnew() {
        var at = turn.now.plus(reset.ask().proof().settle());
        settledAt = Optional.of(at);
        turn.act(new Action.WakeAt(at));
    }

    void echo() {
        reset = with(reset.evidence(), reset.times(), reset.conclusion(), reset.echoes() + 1);
        note(EvidenceKind.ECHO, Outcome.INCONCLUSIVE, "the firmware reset once more by itself: the same reset");
        settleAnew();
    }

    /** Forgets what was found for the levels above {@code acknowledged}: it belonged to another RESET. */
    void startOver() {
        findings = Findings.start(true, rebuildExpected).with(Level.ACKNOWLEDGED, findings.of(Level.ACKNOWLEDGED));
        settledAt = Optional.empty();
    }

    void show(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, SHOWN);
        note(kind, Outcome.SUPPORTS, level, detail);
        var times = reset.times();
        if (level.compareTo(wanted()) <= 0) {
            reset = with(
                    reset.evidence(),
                    new Reset.Times(times.requestedAt(), times.observedAt(), Optional.of(turn.now), times.closedAt()),
                    reset.conclusion(),
                    reset.echoes());
        }
        reset.times()
                .observedAt()
                .filter(at -> level != Level.ACKNOWLEDGED)
                .ifPresent(at -> turn.act(new Action.Shown(reset, level, nonNegative(Duration.between(at, turn.now)))));
    }

    void contradict(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, CONTRADICTED);
        note(kind, Outcome.CONTRADICTS, level, detail);
    }

    void giveUpOn(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, UNKNOWABLE);
        note(kind, Outcome.INCONCLUSIVE, level, detail);
    }

    void skip(Level level, EvidenceKind kind, String detail) {
        findings = findings.with(level, NOT_APPLICABLE);
        note(kind, Outcome.INCONCLUSIVE, level, detail);
    }

    /** Closes the reset once nothing more is awaited. */
    void concludeIfComplete() {
        if (!findings.complete(wanted())) {
            return;
        }
        if (findings.proven(wanted())) {
            conclude(Verdict.PROVEN, "proven up to " + reachedText());
        } else {
            conclude(Verdict.UNPROVEN, "shown up to %s, wanted %s".formatted(reachedText(), wanted().text()));
        }
    }

    String reachedText() {
        return findings.reached().map(Level::text).orElse("nothing");
    }

    /** Closes the reset. */
    void conclude(Verdict verdict, String summary) {
        var times = reset.times();
        var provenAt = verdict == Verdict.PROVEN ? times.provenAt() : Optional.<Instant>empty();
        reset = with(
                reset.evidence(),
                new Reset.Times(times.requestedAt(), times.observedAt(), provenAt, Optional.of(turn.now)),
                Optional.of(new Reset.Conclusion(verdict, findings.reached(), summary)),
                reset.echoes());
        turn.trial = Optional.empty();
        turn.act(new Action.Closed(reset));
    }

    private static Duration nonNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
