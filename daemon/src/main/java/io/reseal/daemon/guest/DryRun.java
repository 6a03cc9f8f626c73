package io.reseal.daemon.guest;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a reset would do, for a dry run. */
final class DryRun {
    static ResetResponse of(GuestState state, Reset.Request request) {
        var kind = state.identity().facts().map(GuestFacts::kind).orElse(GuestKind.PLAIN);
        var guest = new GuestQueries(state);
        boolean wouldTry =
                state.resets().open().isEmpty() && guest.stopping(request).isEmpty();
        return new ResetResponse.Planned(
                state.identity().name(),
                wouldTry,
                guest.hazards(),
                sends(kind, wouldTry ? guest.commands(request) : List.of()),
                shows(state, request.proof().prove()));
    }

    /** @param acts the commands that act, in order; empty when the reset would not be tried */
    private static List<String> sends(GuestKind kind, List<String> acts) {
        var counters = kind.isSev() ? List.of("query-stats", "query-sev") : List.of("query-stats");
        var sends = new ArrayList<>(List.of("query-status", "query-migrate", "qom-get"));
        sends.addAll(launch(kind));
        sends.addAll(counters);
        sends.addAll(acts);
        if (!acts.isEmpty()) {
            sends.addAll(counters);
            sends.add("query-status");
        }
        return List.copyOf(sends);
    }

    private static List<String> launch(GuestKind kind) {
        return switch (kind) {
            case PLAIN -> List.of();
            case SEV, SEV_ES -> List.of("qom-list-get", "query-cpus-fast", "query-sev-launch-measure", "qom-list");
            case SEV_SNP, TDX -> List.of("qom-list-get", "query-cpus-fast", "qom-list");
        };
    }

    private static List<Level> shows(GuestState state, Level wanted) {
        boolean rebuilt =
                state.identity().facts().map(GuestFacts::rebuiltOnReset).orElse(false);
        return Arrays.stream(Level.values())
                .filter(level -> level.compareTo(wanted) <= 0 && level.provable())
                .filter(level -> rebuilt || level != Level.REBUILT)
                .toList();
    }

    private DryRun() {}
}
