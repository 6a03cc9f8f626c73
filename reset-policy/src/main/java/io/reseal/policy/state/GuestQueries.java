package io.reseal.policy.state;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Condition;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.hazard.Hazards;
import io.reseal.policy.reset.Reset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Questions about a guest whose answers follow from its state. */
public record GuestQueries(GuestState state) {
    /** The hazards that it has now; none while it was never attached. */
    public List<Hazard> hazards() {
        var execution = state.execution();
        var incarnation = state.incarnation();
        return facts().stream()
                .flatMap(known -> Hazards.of(
                        known,
                        new Condition(
                                execution.runState(),
                                execution.migrating(),
                                identity().terms(),
                                incarnation.launches(),
                                incarnation.rebuildFailed(),
                                incarnation.doubted().isPresent()))
                        .stream())
                .toList();
    }

    private Identity identity() {
        return state.identity();
    }

    private Optional<GuestFacts> facts() {
        return identity().facts();
    }

    /** Whether a reset without force would be tried now. */
    public boolean resettable() {
        return state.connection().up()
                && state.resets().open().isEmpty()
                && stopping(Set.of()).isEmpty();
    }

    /** The hazards that stop a reset of this guest, unless {@code request} overrides them. */
    public List<Hazard> stopping(Reset.Request request) {
        return stopping(request.forced());
    }

    private List<Hazard> stopping(Set<HazardId> forced) {
        return Hazards.stopping(hazards(), forced);
    }

    /** The commands that would act on this guest if {@code request} were granted, by their names in QMP, in order. */
    public List<String> commands(Reset.Request request) {
        if (facts().isEmpty()) {
            return List.of();
        }
        var commands = new ArrayList<String>();
        if (setsRebootAction(request)) {
            commands.add("set-action");
        }
        commands.add("system_reset");
        if (contDue()) {
            commands.add("cont");
        }
        return List.copyOf(commands);
    }

    /**
     * Whether the reboot action is set before the reset: each time again, as any client can have changed it since, and QMP has no query
     * for it. A client that forces a reset that is a shutdown wants the shutdown.
     */
    public boolean setsRebootAction(Reset.Request request) {
        boolean wanted =
                facts().filter(facts -> facts.rebootAction().shutdown()).isPresent()
                        && request.forced().contains(HazardId.REBOOT_IS_SHUTDOWN);
        return identity().terms().setAction() && !wanted;
    }

    /**
     * Whether the guest is to go on by a cont after a reset that was requested. In other run states somebody else has plans for it; to
     * SEV types no cont is ever sent.
     */
    public boolean contDue() {
        var use = state.execution().runState().use();
        boolean stands = use == RunState.Use.CONTINUED || use == RunState.Use.ASLEEP;
        return identity().terms().resume() && stands && !identity().kind().isSev();
    }

    /** Whether it must be remembered though it cannot be heard: a new QEMU process may be its next incarnation. */
    public boolean mayReturn(Instant now) {
        return ProcessReplacement.isAwaited(state, now);
    }

    /** Whether only a new QEMU process helps. */
    public boolean quarantined() {
        return hazards().stream().anyMatch(hazard -> hazard.id() == HazardId.REBUILD_FAILED);
    }
}
