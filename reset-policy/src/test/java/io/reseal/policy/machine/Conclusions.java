package io.reseal.policy.machine;

import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.util.List;

/** What a closed reset says. */
public final class Conclusions {
    public static Reset.Conclusion conclusion(Reset reset) {
        return reset.conclusion().orElseThrow();
    }

    public static Verdict verdict(Reset reset) {
        return conclusion(reset).verdict();
    }

    public static List<String> details(Reset reset, EvidenceKind kind) {
        return reset.evidence().stream()
                .filter(evidence -> evidence.kind() == kind)
                .map(Evidence::detail)
                .toList();
    }

    private Conclusions() {}
}
