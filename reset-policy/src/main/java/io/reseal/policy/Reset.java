package io.reseal.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One logical reset of one guest, whoever began it.
 *
 * @param id unique among all resets that any run of Reseal has seen
 * @param guest the guest's name
 * @param ask who wanted what
 * @param hazards those that the guest had when it was asked for; some stopped it when the verdict is {@code refused}
 * @param evidence in the order in which it was gathered
 * @param times what happened when
 * @param conclusion empty while the reset is open
 * @param echoes further RESET events of the guest's firmware that belong to this same reset
 */
public record Reset(
        String id,
        String guest,
        GuestKind kind,
        Ask ask,
        List<Hazard> hazards,
        List<Evidence> evidence,
        Times times,
        Optional<Conclusion> conclusion,
        int echoes) {

    public Reset {
        hazards = List.copyOf(hazards);
        evidence = List.copyOf(evidence);
    }

    /**
     * Who wanted what.
     *
     * @param reason free text of whoever asked, or QEMU's reason of the RESET event
     * @param proof what has to be shown
     * @param forced hazards that the operator chose to override
     */
    public record Ask(Origin origin, String reason, Proof proof, Set<HazardId> forced) {
        public Ask {
            forced = Set.copyOf(forced);
        }
    }

    /**
     * What happened when.
     *
     * @param requestedAt when the ask was judged; for a reset that others began, the time of its RESET event
     * @param observedAt time of the RESET event
     * @param provenAt when the last level that the verdict rests on was shown
     * @param closedAt when the verdict was reached
     */
    public record Times(
            Instant requestedAt,
            Optional<Instant> observedAt,
            Optional<Instant> provenAt,
            Optional<Instant> closedAt) {}

    /**
     * How it ended.
     *
     * @param level the highest level shown, empty when none was
     * @param summary one sentence for people
     */
    public record Conclusion(Verdict verdict, Optional<Level> level, String summary) {}

    Reset with(String otherGuest, int otherEchoes) {
        return new Reset(id, otherGuest, kind, ask, hazards, evidence, times, conclusion, otherEchoes);
    }

    /** The hazards that stopped it, if any did. */
    public List<Hazard> stoppedBy() {
        return Asking.stopping(hazards, ask.forced());
    }

    /** Whether no verdict was reached yet. */
    public boolean open() {
        return conclusion.isEmpty();
    }
}
