package io.reseal.policy.reset;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.hazard.Hazards;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One logical reset of one guest, of any origin.
 *
 * @param id unique among all resets that any run of Reseal has seen
 * @param guest the guest's name
 * @param request who wanted what
 * @param hazards those that the guest had when it was requested; some stopped it when the verdict is {@code refused}
 * @param evidence in the order in which it was gathered
 * @param times what happened when
 * @param conclusion empty while the reset is open
 * @param echoes further RESET events of the guest's firmware that belong to this same reset
 * @param loop the RESETs that this record stands for, where they came faster than they could be judged one by one
 */
public record Reset(
        String id,
        String guest,
        GuestKind kind,
        Request request,
        List<Hazard> hazards,
        List<Evidence> evidence,
        Times times,
        Optional<Conclusion> conclusion,
        int echoes,
        Optional<Loop> loop) {

    public Reset {
        hazards = List.copyOf(hazards);
        evidence = List.copyOf(evidence);
    }

    /** One that stands for a single RESET. */
    public Reset(
            String id,
            String guest,
            GuestKind kind,
            Request request,
            List<Hazard> hazards,
            List<Evidence> evidence,
            Times times,
            Optional<Conclusion> conclusion,
            int echoes) {
        this(id, guest, kind, request, hazards, evidence, times, conclusion, echoes, Optional.empty());
    }

    /**
     * A reset loop.
     *
     * @param count of its RESETs so far
     * @param first when the first of them was emitted, by the wall clock
     * @param last when the newest was
     */
    public record Loop(long count, Instant first, Instant last) {
        /** With so many more. */
        public Loop and(long more, Instant newest) {
            return new Loop(count + more, first, newest);
        }
    }

    /**
     * Who wanted what.
     *
     * @param by who made the request: the peer's credentials; empty for resets that are not ours
     * @param reason free text of the requester, or QEMU's reason of the RESET event
     * @param proof what has to be shown
     * @param forced hazards that the operator chose to override
     */
    public record Request(Origin origin, Optional<String> by, String reason, Proof proof, Set<HazardId> forced) {
        public Request {
            forced = Set.copyOf(forced);
        }

        /** One of which nobody is known who made it: a reset that others began, or found afterwards. */
        public Request(Origin origin, String reason, Proof proof, Set<HazardId> forced) {
            this(origin, Optional.empty(), reason, proof, forced);
        }
    }

    /**
     * What happened when.
     *
     * @param requestedAt when the request was judged; for a reset that others began, the time of its RESET event
     * @param observedAt time of the RESET event
     * @param provenAt when the last level that the verdict rests on was shown
     * @param closedAt when the verdict was reached
     */
    public record Times(
            Instant requestedAt, Optional<Instant> observedAt, Optional<Instant> provenAt, Optional<Instant> closedAt) {
        /** Of a reset that begins. */
        public static Times begin(Instant requestedAt) {
            return new Times(requestedAt, Optional.empty(), Optional.empty(), Optional.empty());
        }

        public Times observed(Optional<Instant> at) {
            return new Times(requestedAt, at, provenAt, closedAt);
        }

        public Times proven(Optional<Instant> at) {
            return new Times(requestedAt, observedAt, at, closedAt);
        }

        public Times closed(Instant at) {
            return new Times(requestedAt, observedAt, provenAt, Optional.of(at));
        }
    }

    /**
     * How it ended.
     *
     * @param level the highest level shown, empty when none was
     * @param summary one sentence for people
     */
    public record Conclusion(Verdict verdict, Optional<Level> level, String summary) {}

    public Reset with(List<Evidence> more) {
        return new Reset(id, guest, kind, request, hazards, more, times, conclusion, echoes, loop);
    }

    public Reset with(Times changed) {
        return new Reset(id, guest, kind, request, hazards, evidence, changed, conclusion, echoes, loop);
    }

    public Reset with(Conclusion reached) {
        return new Reset(id, guest, kind, request, hazards, evidence, times, Optional.of(reached), echoes, loop);
    }

    public Reset with(String otherGuest, int otherEchoes) {
        return new Reset(id, otherGuest, kind, request, hazards, evidence, times, conclusion, otherEchoes, loop);
    }

    public Reset with(Loop counted) {
        return new Reset(id, guest, kind, request, hazards, evidence, times, conclusion, echoes, Optional.of(counted));
    }

    /** The hazards that stopped it, if any did. */
    public List<Hazard> stoppedBy() {
        return Hazards.stopping(hazards, request.forced());
    }

    /** Whether there is evidence of that kind. */
    public boolean has(EvidenceKind kind) {
        return evidence.stream().anyMatch(said -> said.kind() == kind);
    }

    /** Whether no verdict was reached yet. */
    public boolean open() {
        return conclusion.isEmpty();
    }
}
