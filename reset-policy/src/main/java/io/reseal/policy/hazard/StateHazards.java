package io.reseal.policy.hazard;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.RebootAction;
import io.reseal.policy.RunState;
import java.util.List;

/** Hazards that lie in the run state of a guest, and in what cannot be seen of its QEMU. */
final class StateHazards {
    static void add(List<Hazard> found, GuestFacts facts, Condition now) {
        if (!facts.processSeen()) {
            found.add(processUnseen());
        }
        reboot(found, facts.rebootAction());
        switch (now.runState().use()) {
            case RUNS, CONTINUED -> {}
            case ASLEEP -> found.add(asleep());
            case HELD -> found.add(held(facts, now));
            case IN_TRANSFER -> found.add(inTransfer(now.runState()));
            case UNKNOWN -> found.add(unknown(now.runState()));
        }
    }

    private static Hazard processUnseen() {
        return new Hazard(
                HazardId.PROCESS_UNSEEN,
                "QEMU's process cannot be seen, so its command line (-no-reboot), firmware, descriptors and bundle are unknown:"
                        + " the reset may end the VM.",
                "Run Reseal in the pid namespace of the host (hostPID, --pid=host) with the right to read /proc of QEMU, and give it QEMU's own"
                        + " socket, without a relay in between.");
    }

    private static void reboot(List<Hazard> found, RebootAction action) {
        if (action.shutdown()) {
            found.add(
                    new Hazard(
                            HazardId.REBOOT_IS_SHUTDOWN,
                            "QEMU treats a reboot as a shutdown: the reset ends the VM.",
                            "Start the guest without -no-reboot and -action reboot=shutdown, or let Reseal undo that: policy.set-action: true."));
        } else if (action.unknown()) {
            found.add(
                    new Hazard(
                            HazardId.REBOOT_ACTION_UNKNOWN,
                            "%s, which QMP cannot be asked about: the reset may end the VM."
                                    .formatted(action.manager().orElseThrow()),
                            "Let Reseal set the action before each reset: policy.set-action: true; or reset the guest by its manager."));
        }
    }

    private static Hazard asleep() {
        return new Hazard(
                HazardId.NOT_RUNNING,
                "The guest sleeps (ACPI S3): a reset takes what it kept in its memory, and leaves it in prelaunch.",
                "Wake it first (system_wakeup), then reset it.");
    }

    private static Hazard held(GuestFacts facts, Condition now) {
        var state = now.runState();
        if (state.prelaunch()) {
            return notRunning(
                    "The guest is in prelaunch, started with -S or reset while it did not run: a reset leaves it there.",
                    prelaunchCure(facts, now));
        }
        if (state.equals(RunState.SHUTDOWN)) {
            return notRunning(
                    "The guest has shut down, and QEMU keeps it (-no-shutdown): a reset leaves it in prelaunch.",
                    "Let its owner start it again; or force the reset, and leave the rest to its owner.");
        }
        if (state.equals(RunState.POSTMIGRATE)) {
            return notRunning(
                    "The guest was migrated away and may run elsewhere: a reset takes the sign of that from this QEMU.",
                    "End this QEMU process; reset the guest where it runs.");
        }
        return notRunning(
                "The guest is in state %s, stopped by a debugger: a reset leaves it in prelaunch.".formatted(state),
                "Let the debugger go, then reset the guest.");
    }

    /** A cont after a reset while it did not run aborts QEMU for SEV types; for the others it may be what its owner wants. */
    private static String prelaunchCure(GuestFacts facts, Condition now) {
        if (Hazards.isInDoubt(facts, now)) {
            return Hazards.DOUBTED;
        }
        return facts.kind().isSev()
                ? Hazards.PERHAPS_FRESH
                : "Leave it to its owner to let it run; reset it while it runs.";
    }

    private static Hazard notRunning(String consequence, String cure) {
        return new Hazard(HazardId.NOT_RUNNING, consequence, cure);
    }

    private static Hazard inTransfer(RunState state) {
        return new Hazard(
                        HazardId.NOT_RUNNING,
                        "The guest is in state %s: its state is being moved or stored, and a reset destroys that."
                                .formatted(state),
                        "Wait until that has ended; it cannot be forced.")
                .unforceable();
    }

    private static Hazard unknown(RunState state) {
        return new Hazard(
                HazardId.NOT_RUNNING,
                "The guest is in state %s, which this version does not know: what a reset does to it is not known."
                        .formatted(state),
                "Reset it while it runs; or force the reset.");
    }

    private StateHazards() {}
}
