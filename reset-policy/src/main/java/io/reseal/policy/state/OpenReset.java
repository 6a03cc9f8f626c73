package io.reseal.policy.state;

import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A reset under way.
 *
 * @param log what is published of it
 * @param findings what is known of each level
 * @param baseline what the guest was before it
 * @param command what became of our commands
 * @param schedule when it is looked at again, and for how long
 * @param phase what it waits for
 */
public record OpenReset(
        EvidenceLog log, Findings findings, Baseline baseline, Command command, Schedule schedule, Phase phase) {

    /**
     * The guest before its reset.
     *
     * @param counters of the vCPUs; empty when none were read in the incarnation that it ended
     * @param launches what it was launched from
     * @param ran whether it ran when the reset was requested or seen
     * @param rebuildExpected whether QEMU should open a new KVM context
     */
    public record Baseline(
            Optional<VcpuCounters> counters, LaunchHistory launches, boolean ran, boolean rebuildExpected) {
        public Baseline with(Optional<VcpuCounters> changed) {
            return new Baseline(changed, launches, ran, rebuildExpected);
        }

        public Baseline with(LaunchHistory changed) {
            return new Baseline(counters, changed, ran, rebuildExpected);
        }
    }

    /**
     * Our commands.
     *
     * @param reply what became of our system_reset
     * @param late the time allowed ran out before QEMU had answered it
     * @param contDue a cont is to follow as soon as the reset is seen to have succeeded
     */
    public record Command(Reply reply, boolean late, boolean contDue) {
        /** Nothing was sent. */
        public static final Command NONE = new Command(Reply.NONE, false, false);

        public Command with(Reply changed) {
            return new Command(changed, late, contDue);
        }

        public Command isLate() {
            return new Command(reply, true, contDue);
        }

        public Command contDue(boolean due) {
            return new Command(reply, late, due);
        }
    }

    /** What became of our system_reset. */
    public enum Reply implements Spelled {
        /** It was not sent: not yet, or since the reset is not ours. */
        NONE("none"),
        /** It is on its way. */
        AWAITED("awaited"),
        /** QEMU has answered. */
        CAME("came"),
        /** No answer came in its time, and QEMU has answered nothing since: it may execute it yet. */
        OVERDUE("overdue"),
        /** The connection was lost before the answer: QEMU may have executed it, or may yet. */
        CUT("cut"),
        /** No answer will be heard, and QEMU has answered other commands since: it has executed it by now, if ever. */
        LOST("lost");

        private final String text;

        Reply(String text) {
            this.text = text;
        }

        /** QEMU has not answered, and will not or not in time. */
        public boolean unanswered() {
            return switch (this) {
                case OVERDUE, CUT, LOST -> true;
                case NONE, AWAITED, CAME -> false;
            };
        }

        @Override
        public String text() {
            return text;
        }
    }

    /**
     * When it is looked at again.
     *
     * @param deadline when the time allowed runs out
     * @param wakeAt the earliest Tick that is on its way
     */
    public record Schedule(Instant deadline, Optional<Instant> wakeAt) {}

    /** One of which nothing is known yet. */
    public static OpenReset begin(EvidenceLog log, Baseline baseline, Instant now) {
        var request = log.reset().request();
        return new OpenReset(
                log,
                Findings.start(request.origin().ours(), baseline.rebuildExpected()),
                baseline,
                Command.NONE,
                new Schedule(now.plus(request.proof().within()), Optional.empty()),
                new Phase.AwaitingReset());
    }

    public OpenReset with(EvidenceLog changed) {
        return new OpenReset(changed, findings, baseline, command, schedule, phase);
    }

    public OpenReset with(Findings changed) {
        return new OpenReset(log, changed, baseline, command, schedule, phase);
    }

    public OpenReset with(Baseline changed) {
        return new OpenReset(log, findings, changed, command, schedule, phase);
    }

    public OpenReset with(Command changed) {
        return new OpenReset(log, findings, baseline, changed, schedule, phase);
    }

    public OpenReset with(Schedule changed) {
        return new OpenReset(log, findings, baseline, command, changed, phase);
    }

    public OpenReset with(Phase changed) {
        return new OpenReset(log, findings, baseline, command, schedule, changed);
    }

    /** With times by another clock; those that are published stay. */
    OpenReset shifted(Duration by) {
        var due = new Schedule(schedule.deadline().plus(by), schedule.wakeAt().map(at -> at.plus(by)));
        var shifted = phase instanceof Phase.AfterReset after
                ? after.with(after.seen().settledAt(after.seen().settledAt().plus(by)))
                : phase;
        return new OpenReset(log.shifted(by), findings, baseline, command, due, shifted);
    }

    public Reset reset() {
        return log.reset();
    }

    public Level wanted() {
        return reset().request().proof().prove();
    }

    /** Whether its RESET came, or was inferred. */
    public boolean observed() {
        return phase instanceof Phase.AfterReset;
    }

    /** What is known since its RESET. */
    public Optional<Phase.Observation> seen() {
        return phase instanceof Phase.AfterReset after ? Optional.of(after.seen()) : Optional.empty();
    }

    /** A STOP came before its RESET that nothing has explained. */
    public boolean suspect() {
        return phase instanceof Phase.Suspect || (phase instanceof Phase.Unobserved unobserved && unobserved.suspect());
    }

    public boolean unobserved() {
        return phase instanceof Phase.Unobserved;
    }

    /** Whether the guest ran before it; until the RESET, whether it ran when the reset was requested. */
    public boolean ranBefore() {
        return seen().map(Phase.Observation::ranBefore).orElse(baseline.ran());
    }

    public boolean ranSince() {
        return seen().map(Phase.Observation::ranSince).orElse(false);
    }

    public boolean settled(Instant now) {
        return seen().map(since -> !now.isBefore(since.settledAt())).orElse(false);
    }

    public boolean is(Reply wanted) {
        return command.reply() == wanted;
    }

    /** QEMU has not answered our system_reset, and will not or not in time. */
    public boolean unanswered() {
        return command.reply().unanswered();
    }

    public boolean is(Level level, Finding finding) {
        return findings.is(level, finding);
    }

    public boolean awaits(Level level) {
        return is(level, Finding.PENDING);
    }

    /** Whether the level has to be shown and is not yet. */
    public boolean wants(Level level) {
        return awaits(level) && wanted().compareTo(level) >= 0;
    }

    /** A cont of ours is still to come, or on its way. */
    public boolean contPending() {
        return command.contDue() || continuing();
    }

    /** A cont of ours is on its way, or what is read a last time before it. */
    public boolean continuing() {
        return phase instanceof Phase.CheckingBeforeCont || phase instanceof Phase.Continuing;
    }

    /** The guest did not run, and nobody lets it go on: the counters alone decide. */
    public boolean pausedByOthers() {
        return !ranBefore() && !ranSince() && !unobserved() && !contPending();
    }

    /** The rebuild of a guest that ran has failed: a STOP came before its RESET, and the counters went on. */
    public boolean rebuildFailed() {
        return observed() && is(Level.OBSERVED, Finding.CONTRADICTED);
    }

    public boolean has(EvidenceKind kind) {
        return reset().has(kind);
    }

    public boolean panicked() {
        return reset().evidence().stream()
                .anyMatch(said -> said.kind() == EvidenceKind.PANIC && said.outcome() == Outcome.CONTRADICTS);
    }

    /** QEMU told of a shutdown before it answered, and of no reset: what comes now is another's. */
    public boolean answeredByShutdown() {
        return is(Reply.CAME) && !observed() && has(EvidenceKind.SHUTDOWN_EVENT);
    }

    public String reachedText() {
        return findings.reached().map(Level::text).orElse("nothing");
    }

    /** How far it got, and how far it was to get. */
    public String shownText() {
        boolean enough =
                findings.reached().map(level -> level.compareTo(wanted()) >= 0).orElse(false);
        return "shown up to " + reachedText() + (enough ? "" : ", wanted " + wanted().text());
    }
}
