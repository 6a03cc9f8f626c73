package io.reseal.daemon.guest;

import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.monitor.FoldedResets;
import io.reseal.daemon.monitor.WakeupTimer;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out all that a step of the core wants: asks QEMU, then tells everyone else. Confined to the event loop. */
final class ActionDispatcher {
    static final String OUR_FAULT = "Reseal made a fault of its own, which its log tells";

    /**
     * What is known and told of one guest.
     *
     * @param signals takes what carrying out an action brings forth at once
     */
    record Parts(
            GuestConnection link,
            ActionExecutor commands,
            WakeupTimer alarm,
            StatusPublisher publisher,
            GuestLog log,
            StageTimer stages,
            FoldedResets folded,
            Consumer<Signal> signals) {}

    private final Parts parts;

    ActionDispatcher(Parts parts) {
        this.parts = parts;
    }

    /** QEMU's answer is what a proof waits for: it is asked before everyone else is told, and for the counters first. */
    void read(GuestMachine.Step step) {
        parts.link().together(() -> {
            step.actions().stream()
                    .filter(action -> action instanceof Action.ReadCounters)
                    .forEach(this::attempt);
            step.actions().stream()
                    .filter(action -> reads(action) && !(action instanceof Action.ReadCounters))
                    .forEach(this::attempt);
        });
    }

    /** Carries out the rest, in its order. */
    void tell(GuestMachine.Step step) {
        step.actions().stream().filter(action -> !reads(action)).forEach(this::attempt);
    }

    private static boolean reads(Action action) {
        return action instanceof Action.ReadCounters
                || action instanceof Action.ReadRunState
                || action instanceof Action.ReadSituation;
    }

    /** Whether something is sent to QEMU that changes it. */
    boolean acts(GuestMachine.Step step) {
        return step.actions().stream()
                .anyMatch(action -> action instanceof Action.SendSystemReset
                        || action instanceof Action.SendRebootAction
                        || action instanceof Action.ReadBeforeCont
                        || action instanceof Action.SendCont);
    }

    /** Whether QEMU is about to tell what its last reset did to the counters. */
    boolean awaitsCounters() {
        return parts.commands().awaitsCounters();
    }

    /** A fault of ours costs one action, never the guest's supervision. */
    private void attempt(Action action) {
        try {
            carryOut(action);
        } catch (RuntimeException fault) {
            parts.log().fault("an action is lost: " + action.getClass().getSimpleName(), fault);
            instead(action).ifPresent(parts.signals());
        }
    }

    /** What a command that could not even be begun is answered with: nothing was sent. */
    private Optional<Signal> instead(Action action) {
        var now = parts.commands().now();
        return switch (action) {
            case Action.SendSystemReset send ->
                Optional.of(new Signal.Rejected(now, send.reset().id(), OUR_FAULT));
            case Action.SendRebootAction send ->
                Optional.of(new Signal.RebootActionRejected(now, send.reset().id(), OUR_FAULT));
            case Action.SendCont send ->
                Optional.of(new Signal.ContRejected(now, send.reset().id(), OUR_FAULT));
            case Action.ReadSituation _, Action.ReadBeforeCont _ -> Optional.of(new Signal.ReadFailed(now, OUR_FAULT));
            default -> Optional.empty();
        };
    }

    private void carryOut(Action action) {
        var commands = parts.commands();
        switch (action) {
            case Action.ReadSituation _ -> commands.readSituation();
            case Action.ReadCounters _ -> commands.readCounters();
            case Action.ReadRunState _ -> commands.readRunState();
            case Action.SendSystemReset send -> {
                parts.stages().sends();
                commands.reset(send.reset().id());
            }
            case Action.SendRebootAction send -> commands.letReboot(send.reset().id());
            case Action.ReadBeforeCont read ->
                commands.readBeforeCont(read.reset().id());
            case Action.SendCont send -> commands.cont(send.reset().id());
            case Action.LookAtProcess _ -> parts.link().lookAtProcess();
            case Action.WakeAt wake -> parts.alarm().at(wake.at());
            case Action.Opened _,
                    Action.Found _,
                    Action.Shown _,
                    Action.LaunchChanged _,
                    Action.Closed _,
                    Action.Looped _,
                    Action.Ended _,
                    Action.UnexpectedSignal _ -> tell(action);
            case Action.Busy _, Action.NotReachable _ -> {} // answers to requests
        }
    }

    private void tell(Action action) {
        var publisher = parts.publisher();
        var log = parts.log();
        switch (action) {
            case Action.Opened(var reset) -> {
                publisher.opened(reset);
                log.opened(reset);
            }
            case Action.Found found -> {
                publisher.found(found);
                log.found(found.reset(), found.evidence());
            }
            case Action.Shown shown -> publisher.shown(shown);
            case Action.LaunchChanged changed -> {
                publisher.launchChanged(changed);
                log.launchChanged(changed);
            }
            case Action.Closed(var reset) -> {
                publisher.closed(reset);
                log.closed(reset);
            }
            case Action.Looped(var reset) -> {
                publisher.looped(reset);
                parts.folded().looped(reset, parts.commands().now());
            }
            case Action.Ended ended -> {
                publisher.ended(ended);
                log.ended(ended);
            }
            case Action.UnexpectedSignal told -> {
                publisher.unexpected(told.signal());
                log.unexpected(told);
            }
            default -> {}
        }
    }
}
