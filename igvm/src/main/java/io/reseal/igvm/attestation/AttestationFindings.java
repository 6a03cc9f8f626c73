package io.reseal.igvm.attestation;

import java.util.List;

/**
 * What the checks of one report or quote found, and what none of them looked at. Even when all are fine, trust goes no
 * further than {@link #notJudged} allows.
 */
public record AttestationFindings(List<Finding> all, List<String> notJudged) {

    public AttestationFindings {
        all = List.copyOf(all);
        notJudged = List.copyOf(notJudged);
    }

    /** Every check was fine, and there was at least one. */
    public boolean ok() {
        return !all.isEmpty() && all.stream().allMatch(Finding::ok);
    }

    public List<Finding> failed() {
        return all.stream().filter(finding -> !finding.ok()).toList();
    }
}
