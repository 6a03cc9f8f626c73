package io.reseal.policy.state;

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

/**
 * What is published of a reset: its evidence, bounded, and its times.
 *
 * @param reset so far
 * @param offset of the wall clock when it was opened: its times are shown by that, in order, whatever is done to the clock
 * @param leftOut how much evidence of each kind was counted and not kept
 */
public record EvidenceLog(Reset reset, Duration offset, Map<EvidenceKind, Integer> leftOut) {
    /** A guest or another client can make any number of events: more of one kind than this are counted and not kept. */
    public static final int MOST_OF_ONE_KIND = 16;

    /** In all details together; beyond it only what shows a level is kept. */
    public static final int MOST_CHARACTERS = 6 << 10;

    public EvidenceLog {
        leftOut = Map.copyOf(leftOut);
    }

    public static EvidenceLog begin(Reset reset, Duration offset) {
        return new EvidenceLog(reset, offset, Map.of());
    }

    /** The wall time that is shown of what happens at {@code now}. */
    public Instant wall(Instant now) {
        return now.plus(offset);
    }

    /** Whether {@code evidence} is kept, or only counted: it repeats the last of its kind and shows nothing, or there are too many. */
    public boolean keeps(Evidence evidence) {
        var alike = reset.evidence().stream()
                .filter(kept -> kept.kind() == evidence.kind())
                .toList();
        boolean room = evidence.outcome() == Outcome.SUPPORTS || characters() < MOST_CHARACTERS;
        return room && (alike.isEmpty() || (alike.size() < MOST_OF_ONE_KIND && !repeats(evidence, alike.getLast())));
    }

    private int characters() {
        return reset.evidence().stream()
                .mapToInt(kept -> kept.detail().length())
                .sum();
    }

    private static boolean repeats(Evidence evidence, Evidence last) {
        return evidence.outcome() != Outcome.SUPPORTS
                && evidence.outcome() == last.outcome()
                && evidence.level().equals(last.level())
                && evidence.detail().equals(last.detail());
    }

    public EvidenceLog keep(Evidence evidence) {
        var all = new ArrayList<>(reset.evidence());
        all.add(evidence);
        return with(reset.with(all));
    }

    public EvidenceLog count(Evidence evidence) {
        var counted = new EnumMap<EvidenceKind, Integer>(EvidenceKind.class);
        counted.putAll(leftOut);
        counted.merge(evidence.kind(), 1, Integer::sum);
        return new EvidenceLog(reset, offset, counted);
    }

    /** A level that the verdict rests on was shown. */
    public EvidenceLog provenAt(Instant at) {
        return with(reset.with(reset.times().proven(Optional.of(at))));
    }

    /** QEMU's clock may lag behind ours; a RESET of a reset that was requested came after the request, and before now. */
    public EvidenceLog observedAt(Instant at, Instant now) {
        var times = reset.times();
        var known = at.isBefore(times.requestedAt()) ? times.requestedAt() : at.isAfter(now) ? now : at;
        return with(reset.with(times.observed(Optional.of(known))));
    }

    /** The RESET was another reset's, and so is the evidence gathered since, but for that of our reply. */
    public EvidenceLog forgetObservation() {
        var ours = new ArrayList<Evidence>();
        boolean since = false;
        for (var evidence : reset.evidence()) {
            since |= evidence.level().equals(Optional.of(Level.OBSERVED));
            if (!since || evidence.level().equals(Optional.of(Level.ACKNOWLEDGED))) {
                ours.add(evidence);
            }
        }
        var times = reset.times().observed(Optional.empty()).proven(Optional.empty());
        return with(reset.with(ours).with(times));
    }

    public EvidenceLog echoed() {
        return with(reset.with(reset.guest(), reset.echoes() + 1));
    }

    public EvidenceLog renamed(String guest) {
        return with(reset.with(guest, reset.echoes()));
    }

    /** One piece of evidence for each kind that was counted and not kept. */
    public List<Evidence> summary(Instant at) {
        return leftOut.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(kind -> new Evidence(
                        at,
                        kind.getKey(),
                        Outcome.INCONCLUSIVE,
                        Optional.empty(),
                        "%d more of this kind, not kept".formatted(kind.getValue())))
                .toList();
    }

    public EvidenceLog close(Reset.Conclusion conclusion, Instant at) {
        var times = reset.times();
        var provenAt = conclusion.verdict() == Verdict.PROVEN ? provenAt(times) : Optional.<Instant>empty();
        return with(reset.with(times.proven(provenAt).closed(at)).with(conclusion));
    }

    /** Where the reply came first and a shutdown with it, the verdict rests on what was observed, too. */
    private static Optional<Instant> provenAt(Reset.Times times) {
        var observed = times.observedAt();
        return times.provenAt().map(at -> observed.filter(at::isBefore).orElse(at));
    }

    /** With times by another clock; those that are published stay. */
    EvidenceLog shifted(Duration by) {
        return new EvidenceLog(reset, offset.minus(by), leftOut);
    }

    private EvidenceLog with(Reset changed) {
        return new EvidenceLog(changed, offset, leftOut);
    }
}
