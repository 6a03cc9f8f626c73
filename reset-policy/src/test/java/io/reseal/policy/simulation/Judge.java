package io.reseal.policy.simulation;

import static io.reseal.policy.simulation.SimulationOracle.holds;
import static java.util.Objects.requireNonNull;

import io.reseal.policy.Level;
import io.reseal.policy.machine.Conclusions;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Checks a verdict against what is true. */
final class Judge {
    /** What was known of the guest when a reset was opened. */
    private record Opening(Optional<QemuModel> qemu, int resets, long nanos, boolean ours) {}

    private final Books books;
    private final Map<String, Opening> openings = new HashMap<>();

    /** What the referee knows. */
    interface Books {
        /** The process that was attached last. */
        Optional<QemuModel> qemu();

        /** The one before that. */
        Optional<QemuModel> former();

        /** What was true when QEMU sent what was heard last. */
        Truth truth();

        /** How many resets that process had made when it was last heard before the present connection. */
        int resetsBeforeGap();

        Attribution attribution();

        boolean executed(String reset);

        boolean replyLost(String reset);

        /** Whether it was sent while the guest was watched as it is now: after a reload nobody remembers. */
        boolean sent(String reset);

        long nanos();

        /** Whether the daemon stood still since then. */
        boolean stoodStill(long since);

        /** Whether the wall clock was set. */
        boolean clockSet();

        boolean restarted();
    }

    Judge(Books books) {
        this.books = books;
    }

    void opened(Reset reset) {
        boolean ours = reset.request().origin().ours();
        int resets = ours ? books.truth().resets() : books.resetsBeforeGap();
        openings.put(reset.id(), new Opening(books.qemu(), resets, books.nanos(), ours));
    }

    void closed(Reset reset, boolean late) {
        var opening = requireNonNull(openings.remove(reset.id()));
        switch (Conclusions.verdict(reset)) {
            case PROVEN -> proven(reset, Conclusions.conclusion(reset).level().orElseThrow(), opening);
            case FAILED -> failed(reset);
            case DIED -> died(reset, opening);
            case REFUSED -> holds(!books.executed(reset.id()), "refused, though it was executed", reset);
            case UNPROVEN -> {}
        }
        books.attribution().of(reset).ifPresent(physical -> origin(reset, physical));
        intime(reset, opening, late);
    }

    private void intime(Reset reset, Opening opening, boolean late) {
        var took = Duration.ofNanos(books.nanos() - opening.nanos());
        var within = reset.request().proof().within();
        boolean ranOut = reset.evidence().stream()
                .anyMatch(e -> e.kind() == EvidenceKind.DEADLINE && e.detail().startsWith("the time allowed"));
        // how long Reseal was away, only the wall clock tells
        boolean unknown = books.restarted() && books.clockSet();
        boolean early = ranOut && took.compareTo(within.minusMillis(1)) < 0 && opening.ours();
        holds(!early || unknown, "ran out of time early", reset);
        holds(
                took.compareTo(within.plusMillis(100)) < 0 || late || books.stoodStill(opening.nanos()),
                "open past its deadline by " + took.minus(within),
                reset);
    }

    private void origin(Reset reset, Physical physical) {
        var said = reset.request().origin();
        boolean right = switch (physical.by()) {
            case GUEST -> said == Origin.GUEST;
            case ECHO -> said == Origin.GUEST && (physical.failed() || echoOfNoneKnown(physical));
            case OTHERS ->
                said == Origin.EXTERNAL
                        || said == Origin.UNKNOWN
                        || (said.ours() && books.replyLost(reset.id()) && Conclusions.verdict(reset) != Verdict.PROVEN);
            case OURS ->
                physical.ours().orElseThrow().equals(reset.id())
                        || (said == Origin.UNKNOWN
                                && books.replyLost(physical.ours().orElseThrow()))
                        || (!said.ours() && !books.sent(physical.ours().orElseThrow()));
        };
        holds(right, "not begun by " + said + " but " + physical, reset);
    }

    /** The reset that it echoes was not heard, or was taken for an echo itself. */
    private boolean echoOfNoneKnown(Physical echo) {
        return echo.before()
                .map(one ->
                        !books.attribution().known(one) || books.attribution().swallowed(one))
                .orElse(true);
    }

    private void proven(Reset reset, Level level, Opening opening) {
        holds(
                reset.evidence().stream().noneMatch(e -> e.outcome() == Outcome.CONTRADICTS && touches(e, reset)),
                "proven against evidence",
                reset);
        var physical = books.attribution().of(reset);
        if (shown(reset, Level.ACKNOWLEDGED)) {
            holds(books.executed(reset.id()), "acknowledged, though it was not executed", reset);
        }
        if (physical.isPresent()) {
            provenAs(reset, level, physical.get());
        } else if (recreated(reset)) {
            holds(books.former().filter(this::hadToReboot).isPresent(), "a reset of a process that crashed", reset);
        } else if (shown(reset, Level.OBSERVED)) {
            inferred(reset, opening);
        }
        boolean stood = physical.map(p -> !p.ranBefore()).orElse(false);
        holds(level.compareTo(Level.RUNNING) < 0 || books.truth().runState().running() || stood, "does not run", reset);
    }

    private void provenAs(Reset reset, Level level, Physical physical) {
        if (shown(reset, Level.REBUILT)) {
            holds(rebuiltWithEcho(physical), "not rebuilt", reset);
        }
        if (level == Level.SAME_LAUNCH && !books.clockSet()) {
            boolean missed = physical.before()
                    .filter(one -> !books.attribution().known(one))
                    .isPresent();
            boolean unknowable = missed || physical.qemu().launch.murky();
            holds(unknowable || physical.launch() != LaunchModel.Sameness.OTHER, "another launch", reset);
        }
    }

    /** That it went on after it told so is missed while Reseal is away. */
    private boolean hadToReboot(QemuModel qemu) {
        return qemu.toldReboot || (books.restarted() && qemu.everToldShutdown);
    }

    private static boolean rebuiltWithEcho(Physical physical) {
        return physical.rebuilt()
                || physical.after()
                        .filter(next -> next.by() == Physical.By.ECHO && next.rebuilt())
                        .isPresent();
    }

    private void inferred(Reset reset, Opening opening) {
        var since = books.qemu().orElseThrow().resets.stream()
                .filter(p -> p.number() >= opening.resets())
                .toList();
        holds(!since.isEmpty(), "inferred, though there was no reset", reset);
        if (shown(reset, Level.REBUILT)) {
            holds(since.stream().anyMatch(Physical::rebuilt), "inferred, not rebuilt at all", reset);
        }
    }

    /** It really does not live, by what was true when QEMU sent what was heard last. */
    private void failed(Reset reset) {
        var truth = books.truth();
        boolean otherwise = books.qemu()
                .filter(qemu -> qemu.shutdown.isPresent() || qemu.sleptOn)
                .isPresent();
        boolean ran = books.attribution().of(reset).map(Physical::ranBefore).orElse(true);
        // another reset may have rebuilt it since
        boolean didFail = books.attribution().of(reset).filter(Physical::failed).isPresent();
        holds(
                truth.failed()
                        || didFail
                        || (truth.runState().dead() && (ran || !truth.runState().prelaunch()))
                        || otherwise,
                "failed, though it lives: " + truth,
                reset);
    }

    private void died(Reset reset, Opening opening) {
        holds(opening.qemu().filter(qemu -> !qemu.alive).isPresent(), "died, though its QEMU lives", reset);
    }

    static boolean recreated(Reset reset) {
        return reset.evidence().stream()
                .anyMatch(e -> e.kind() == EvidenceKind.PROCESS && e.outcome() == Outcome.SUPPORTS);
    }

    static boolean shown(Reset reset, Level level) {
        return reset.evidence().stream()
                .anyMatch(e -> e.outcome() == Outcome.SUPPORTS && e.level().equals(Optional.of(level)));
    }

    private static boolean touches(Evidence evidence, Reset reset) {
        var wanted = reset.request().proof().prove();
        return evidence.level().map(level -> level.compareTo(wanted) <= 0).orElse(true);
    }
}
