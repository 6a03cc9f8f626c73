package io.reseal.policy.supervision;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Proof;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** SampleResets for tests. */
final class SampleResets {
    static final Instant T0 = Instant.parse("2026-11-22T12:00:00Z");

    static Reset.Request request(String reason) {
        return new Reset.Request(Origin.OPERATOR, reason, Proof.DEFAULT, Set.of());
    }

    static Reset open(String id, String guest) {
        return open(id, guest, request("test"));
    }

    static Reset open(String id, String guest, Reset.Request request) {
        return new Reset(
                id,
                guest,
                GuestKind.PLAIN,
                request,
                List.of(),
                List.of(),
                new Reset.Times(T0, Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                0);
    }

    static Reset closed(Reset open, Verdict verdict) {
        return new Reset(
                open.id(),
                open.guest(),
                open.kind(),
                open.request(),
                open.hazards(),
                open.evidence(),
                open.times(),
                Optional.of(new Reset.Conclusion(verdict, Optional.empty(), "")),
                0);
    }

    private SampleResets() {}
}
