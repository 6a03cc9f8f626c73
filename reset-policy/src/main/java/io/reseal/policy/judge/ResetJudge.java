package io.reseal.policy.judge;

import static io.reseal.policy.Finding.CONTRADICTED;
import static io.reseal.policy.Finding.NOT_APPLICABLE;
import static io.reseal.policy.Finding.PENDING;
import static io.reseal.policy.Finding.SHOWN;
import static io.reseal.policy.Finding.UNKNOWABLE;

import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.EvidenceLog;
import io.reseal.policy.state.Findings;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.OpenReset.Baseline;
import io.reseal.policy.state.OpenReset.Command;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.OpenReset.Schedule;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Phase.AfterReset;
import io.reseal.policy.state.Phase.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Holds the open reset within one {@link StepContext}: adds evidence to it, moves it from phase to phase and closes it. When to do
 * so is decided by the rules.
 */
public final class ResetJudge {
    /** For reading counters and run state once QEMU answers again. */
    private static final Duration LATE_JUDGING = Duration.ofSeconds(5);

    private final StepContext step;
    private OpenReset open;

    public ResetJudge(StepContext step, OpenReset open) {
        this.step = step;
        this.open = open;
    }

    public OpenReset open() {
        return open;
    }

    public Reset reset() {
        return open.reset();
    }

    public boolean observed() {
        return open.observed();
    }

    public boolean is(Level level, Finding finding) {
        return open.is(level, finding);
    }

    public boolean is(Reply reply) {
        return open.is(reply);
    }

    public boolean awaits(Level level) {
        return open.awaits(level);
    }

    // Phases

    public void phase(Phase next) {
        open = open.with(next);
    }

    /** Changes what is known since the RESET, if it came. */
    public void since(UnaryOperator<Observation> change) {
        if (open.phase() instanceof AfterReset after) {
            phase(after.with(change.apply(after.seen())));
        }
    }

    /** Back to what follows a RESET, with no cont to come any more. */
    public void settle() {
        open = open.with(open.command().contDue(false));
        open.seen().filter(_ -> open.continuing()).ifPresent(seen -> phase(new Phase.Settling(seen)));
    }

    /** The last look before the cont is on its way. */
    public void checkBeforeCont() {
        command(open.command().contDue(false));
        open.seen().ifPresent(seen -> phase(new Phase.CheckingBeforeCont(seen)));
    }

    public void sendCont() {
        open.seen().ifPresent(seen -> phase(new Phase.Continuing(seen)));
        step.act(new Action.SendCont(reset()));
    }

    /** From when on a guest that runs from now on has settled. */
    public Instant settlesAt() {
        return step.now.plus(reset().request().proof().settle());
    }

    /** The RESET of this reset came at {@code at}, QEMU's time, or was inferred: what follows is judged from now on. */
    public void observe(Instant at, AfterReset next) {
        open = open.with(open.log().observedAt(at, wall()));
        phase(next);
        wakeBy(next.seen().settledAt());
    }

    /** The guest must stay running for the settle time from now on. */
    public void settleAgain() {
        var at = settlesAt();
        since(seen -> seen.settledAt(at));
        wakeBy(at);
    }

    /** The guest was seen running: after its RESET its counters may grow. */
    public void runs() {
        since(Observation::ran);
    }

    /** The connection is lost: what happens from now on may be another reset's. */
    public void connectionLost() {
        boolean suspect = open.suspect();
        open.seen().ifPresent(seen -> phase(new Phase.Unobserved(seen, suspect)));
    }

    /** What made the guest stand still before its RESET is known. */
    public void suspicionResolved() {
        if (open.phase() instanceof Phase.Suspect suspect) {
            phase(new Phase.Settling(suspect.seen()));
        } else if (open.phase() instanceof Phase.Unobserved unobserved) {
            phase(new Phase.Unobserved(unobserved.seen(), false));
        }
    }

    /** Forgets its RESET and what was found above {@code acknowledged}: they belong to another reset. */
    public void startOver() {
        var acknowledged = open.findings().of(Level.ACKNOWLEDGED);
        open = open.with(Findings.start(true, open.baseline().rebuildExpected()).with(Level.ACKNOWLEDGED, acknowledged))
                .with(open.log().forgetObservation())
                .with(new Phase.AwaitingReset());
    }

    // Commands

    public void command(Command changed) {
        open = open.with(changed);
    }

    /** Our system_reset is on its way. */
    public void sent() {
        command(open.command().with(Reply.AWAITED));
        phase(new Phase.AwaitingReset());
        step.act(new Action.SendSystemReset(reset()));
    }

    /** QEMU has answered, or no answer will be heard. What is judged late gets the time that judging takes. */
    public void replied(Reply came) {
        boolean news = !is(came);
        command(open.command().with(came));
        if (news && open.command().late() && came != Reply.OVERDUE && step.connection.up()) {
            judgeLate();
        }
    }

    /** QEMU answered a later command: as it takes commands in order, it is done with ours. */
    public void heard() {
        if (open.unanswered()) {
            replied(Reply.LOST);
        }
    }

    /** The connection was lost, and is there again: what became of the command shows soon. */
    public void reconnected() {
        if (is(Reply.CUT) && open.command().late()) {
            judgeLate();
        }
    }

    private void judgeLate() {
        deadline(settlesAt().plus(LATE_JUDGING));
    }

    public void baseline(Baseline changed) {
        open = open.with(changed);
    }

    // Time

    private Instant wall() {
        return open.log().wall(step.now);
    }

    /** Since the RESET, by the clock of the signals. */
    public Duration sinceObserved() {
        return reset().times()
                .observedAt()
                .map(at -> Duration.between(at, wall()))
                .orElse(Duration.ZERO);
    }

    private void deadline(Instant changed) {
        open = open.with(new Schedule(changed, open.schedule().wakeAt()));
        wakeBy(changed);
    }

    /** Requests a tick at {@code at}, unless an earlier one is on its way, which then requests the next. */
    public void wakeBy(Instant at) {
        if (open.schedule().wakeAt().filter(armed -> !armed.isAfter(at)).isEmpty()) {
            wakeAt(Optional.of(at));
            step.act(new Action.WakeAt(at));
        }
    }

    public void wakeAt(Optional<Instant> at) {
        open = open.with(new Schedule(open.schedule().deadline(), at));
    }

    // Evidence

    /** Adds evidence about the reset as a whole. */
    public void note(EvidenceKind kind, Outcome outcome, String detail) {
        add(new Evidence(wall(), kind, outcome, Optional.empty(), detail));
    }

    public void say(EvidenceKind kind, Outcome outcome, Level level, String detail) {
        add(new Evidence(wall(), kind, outcome, Optional.of(level), detail));
    }

    private void add(Evidence evidence) {
        if (open.log().keeps(evidence)) {
            keep(evidence);
        } else {
            open = open.with(open.log().count(evidence));
        }
    }

    private void keep(Evidence evidence) {
        open = open.with(open.log().keep(evidence));
        step.act(new Action.Found(reset(), evidence));
    }

    public void show(Level level, EvidenceKind kind, String detail) {
        find(level, SHOWN);
        var at = kind == EvidenceKind.RESET_EVENT ? reset().times().observedAt().orElse(wall()) : wall();
        add(new Evidence(at, kind, Outcome.SUPPORTS, Optional.of(level), detail));
        if (level.compareTo(open.wanted()) <= 0) {
            open = open.with(open.log().provenAt(wall()));
        }
        reset().times()
                .observedAt()
                .filter(_ -> level != Level.ACKNOWLEDGED)
                .ifPresent(event -> step.act(new Action.Shown(reset(), level, Duration.between(event, wall()))));
    }

    public void contradict(Level level, EvidenceKind kind, String detail) {
        find(level, CONTRADICTED);
        say(kind, Outcome.CONTRADICTS, level, detail);
    }

    public void giveUpOn(Level level, EvidenceKind kind, String detail) {
        find(level, UNKNOWABLE);
        say(kind, Outcome.INCONCLUSIVE, level, detail);
    }

    public void skip(Level level, EvidenceKind kind, String detail) {
        find(level, NOT_APPLICABLE);
        say(kind, Outcome.INCONCLUSIVE, level, detail);
    }

    /** What panicked is not alive by merely being in run state {@code running}: that is judged once it settled. */
    public void panicked(String what) {
        if (is(Level.RUNNING, NOT_APPLICABLE)) {
            note(EvidenceKind.PANIC, Outcome.INCONCLUSIVE, what);
        } else {
            say(EvidenceKind.PANIC, Outcome.CONTRADICTS, Level.RUNNING, what);
        }
        reconsiderRunning();
    }

    /** The guest was seen running and settled, and that may not hold any more. */
    public void reconsiderRunning() {
        if (is(Level.RUNNING, SHOWN)) {
            find(Level.RUNNING, PENDING);
        }
    }

    private void find(Level level, Finding finding) {
        open = open.with(open.findings().with(level, finding));
    }

    public void log(UnaryOperator<EvidenceLog> change) {
        open = open.with(change.apply(open.log()));
    }

    // The end

    /** Closes the reset with what is shown, since {@code why} leaves no more to come. */
    public void leaveUnproven(String why) {
        conclude(Verdict.UNPROVEN, "%s; %s".formatted(why, open.shownText()));
    }

    /** Closes the reset. */
    public void conclude(Verdict verdict, String summary) {
        open.log().summary(wall()).forEach(this::keep);
        var conclusion = new Reset.Conclusion(verdict, open.findings().reached(), summary);
        open = open.with(open.log().close(conclusion, wall()));
        if (open.unanswered() && !is(Reply.LOST) && !is(Level.OBSERVED, SHOWN)) {
            step.resets = step.resets.unanswered(Optional.of(reset().id()));
        }
        phase(new Phase.Concluded(verdict));
        step.judge = Optional.empty();
        step.act(new Action.Closed(reset()));
        step.serveWaiting();
    }
}
