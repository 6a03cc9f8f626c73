package io.reseal.policy.machine;

import io.reseal.policy.Level;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is published of a reset, in the making: its evidence, bounded, and its times. Lives within one {@link StepContext}. */
final class EvidenceLog {
    /** A guest or another client can make any number of events: more of one kind than this are counted and not kept. */
    static final int MOST_OF_ONE_KIND = 16;

    private final StepContext turn;
    private final Map<EvidenceKind, Integer> leftOut = new EnumMap<>(EvidenceKind.class);
    private final Instant now;
    private Reset reset;

    EvidenceLog(StepContext turn, OpenReset open) {
        this.turn = turn;
        this.reset = open.reset();
        this.now = turn.now.plus(open.offset());
        this.leftOut.putAll(open.leftOut());
    }

    /** The wall time that is shown of what happens now: one offset from begin to end keeps the times in order. */
    Instant now() {
        return now;
    }

    static Reset begin(StepContext turn, Reset.Request request, Instant requestedAt) {
        return new Reset(
                turn.nextId(),
                turn.name,
                turn.kind(),
                request,
                turn.hazards(),
                List.of(),
                new Reset.Times(requestedAt, Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                0);
    }

    Reset reset() {
        return reset;
    }

    Map<EvidenceKind, Integer> leftOut() {
        return leftOut;
    }

    /** Keeps {@code evidence}, or only counts it when it repeats the last of its kind and shows nothing, or when there are too many. */
    void add(Evidence evidence) {
        var alike = reset.evidence().stream()
                .filter(kept -> kept.kind() == evidence.kind())
                .toList();
        if (alike.size() >= MOST_OF_ONE_KIND || (!alike.isEmpty() && repeats(evidence, alike.getLast()))) {
            leftOut.merge(evidence.kind(), 1, Integer::sum);
        } else {
            keep(evidence);
        }
    }

    private static boolean repeats(Evidence evidence, Evidence last) {
        return evidence.outcome() != Outcome.SUPPORTS
                && evidence.outcome() == last.outcome()
                && evidence.level().equals(last.level())
                && evidence.detail().equals(last.detail());
    }

    private void keep(Evidence evidence) {
        var all = new ArrayList<>(reset.evidence());
        all.add(evidence);
        reset = with(all, reset.times(), reset.conclusion());
        turn.act(new Action.Found(reset, evidence));
    }

    /** Adds evidence that shows its level. */
    void show(Evidence evidence) {
        add(evidence);
        var level = evidence.level().orElseThrow();
        var times = reset.times();
        if (level.compareTo(reset.request().proof().prove()) <= 0) {
            times = new Reset.Times(times.requestedAt(), times.observedAt(), Optional.of(now), times.closedAt());
            reset = with(reset.evidence(), times, reset.conclusion());
        }
        times.observedAt()
                .filter(_ -> level != Level.ACKNOWLEDGED)
                .ifPresent(at -> turn.act(new Action.Shown(reset, level, Duration.between(at, now))));
    }

    /** QEMU's clock may lag behind ours; a RESET of a reset that was asked for came after the request, and before now. */
    void observedAt(Instant at) {
        var times = reset.times();
        var known = at.isBefore(times.requestedAt()) ? times.requestedAt() : at.isAfter(now) ? now : at;
        reset = with(
                reset.evidence(),
                new Reset.Times(times.requestedAt(), Optional.of(known), times.provenAt(), times.closedAt()),
                reset.conclusion());
    }

    /** The RESET was another reset's, and so is the evidence gathered since, but for that of our reply. */
    void forgetObservation() {
        var ours = new ArrayList<Evidence>();
        boolean since = false;
        for (var evidence : reset.evidence()) {
            since |= evidence.level().equals(Optional.of(Level.OBSERVED));
            if (!since || evidence.level().equals(Optional.of(Level.ACKNOWLEDGED))) {
                ours.add(evidence);
            }
        }
        var times = reset.times();
        reset = with(
                ours,
                new Reset.Times(times.requestedAt(), Optional.empty(), Optional.empty(), times.closedAt()),
                reset.conclusion());
    }

    void countEcho() {
        reset = reset.with(reset.guest(), reset.echoes() + 1);
    }

    void rename(String guest) {
        reset = reset.with(guest, reset.echoes());
    }

    void close(Reset.Conclusion conclusion) {
        leftOut.forEach((kind, count) -> keep(new Evidence(
                now, kind, Outcome.INCONCLUSIVE, Optional.empty(), "%d more of this kind, not kept".formatted(count))));
        var times = reset.times();
        var provenAt = conclusion.verdict() == Verdict.PROVEN ? provenAt(times) : Optional.<Instant>empty();
        reset = with(
                reset.evidence(),
                new Reset.Times(times.requestedAt(), times.observedAt(), provenAt, Optional.of(now)),
                Optional.of(conclusion));
    }

    /** Where the reply came first and a shutdown with it, the verdict rests on what was observed, too. */
    private static Optional<Instant> provenAt(Reset.Times times) {
        var observed = times.observedAt();
        return times.provenAt().map(at -> observed.filter(at::isBefore).orElse(at));
    }

    private Reset with(List<Evidence> evidence, Reset.Times times, Optional<Reset.Conclusion> conclusion) {
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                reset.request(),
                reset.hazards(),
                evidence,
                times,
                conclusion,
                reset.echoes());
    }
}
