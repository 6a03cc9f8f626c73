package io.reseal.daemon.guest;

import io.reseal.policy.GuestState;
import io.reseal.policy.Level;
import io.reseal.policy.Reset;
import java.util.Arrays;
import java.util.List;

/** What a reset would do, for a dry run. */
final class Plans {
    private static final List<String> READS = List.of("query-status", "query-migrate", "qom-get", "query-stats");

    static ResetAnswer of(GuestState state, Reset.Ask ask) {
        var sends = new java.util.ArrayList<>(READS);
        boolean wouldTry = state.open().isEmpty() && state.stopping(ask).isEmpty();
        if (wouldTry) {
            sends.addAll(List.of("system_reset", "query-stats", "query-status"));
        }
        var shows = Arrays.stream(Level.values())
                .filter(level -> level.compareTo(ask.proof().prove()) <= 0)
                .filter(level -> level != Level.REBUILT
                        || state.facts()
                                .map(io.reseal.policy.GuestFacts::rebuiltOnReset)
                                .orElse(false))
                .toList();
        return new ResetAnswer.Planned(state.name(), wouldTry, state.hazards(), List.copyOf(sends), shows);
    }

    private Plans() {}
}
