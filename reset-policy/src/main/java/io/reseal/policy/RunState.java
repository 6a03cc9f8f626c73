package io.reseal.policy;

import java.util.Map;

/**
 * A run state of QEMU (11.1, {@code qapi/run-state.json}, {@code RunState}). A word that is not of that list is kept as it is.
 *
 * @param text as QEMU spells it
 */
public record RunState(String text) {
    /** Not read yet. */
    public static final RunState UNKNOWN = new RunState("unknown");

    public static final RunState RUNNING = new RunState("running");
    public static final RunState PAUSED = new RunState("paused");

    /** Before the first {@code cont} of a QEMU started with {@code -S}, and after a reset of a guest that does not run. */
    public static final RunState PRELAUNCH = new RunState("prelaunch");

    public static final RunState SUSPENDED = new RunState("suspended");
    public static final RunState INTERNAL_ERROR = new RunState("internal-error");
    public static final RunState SHUTDOWN = new RunState("shutdown");
    public static final RunState POSTMIGRATE = new RunState("postmigrate");

    /** What a reset of a guest in that state needs, and whether it may be requested. */
    public enum Use {
        /** The guest runs, and goes on after the reset without help. */
        RUNS,
        /** The guest stands still; after the reset it goes on with a {@code cont}. */
        CONTINUED,
        /** Asleep (ACPI S3): as above, but only if the operator insists, since it can be woken. */
        ASLEEP,
        /** A reset leaves the guest where it is, or takes away what its owner has it there for: only if the operator insists. */
        HELD,
        /** The state of the guest is being moved or stored: never. */
        IN_TRANSFER,
        /** A word that this version does not know: only if the operator insists. */
        UNKNOWN
    }

    private static final Map<String, Use> USES = Map.ofEntries(
            Map.entry("running", Use.RUNS),
            Map.entry("paused", Use.CONTINUED),
            Map.entry("internal-error", Use.CONTINUED),
            Map.entry("guest-panicked", Use.CONTINUED),
            Map.entry("io-error", Use.CONTINUED),
            Map.entry("watchdog", Use.CONTINUED),
            Map.entry("suspended", Use.ASLEEP),
            Map.entry("prelaunch", Use.HELD),
            Map.entry("shutdown", Use.HELD),
            Map.entry("debug", Use.HELD),
            Map.entry("postmigrate", Use.HELD),
            Map.entry("inmigrate", Use.IN_TRANSFER),
            Map.entry("finish-migrate", Use.IN_TRANSFER),
            Map.entry("save-vm", Use.IN_TRANSFER),
            Map.entry("restore-vm", Use.IN_TRANSFER),
            Map.entry("colo", Use.IN_TRANSFER));

    /** What a reset in this state needs. */
    public Use use() {
        return USES.getOrDefault(text, Use.UNKNOWN);
    }

    public boolean running() {
        return equals(RUNNING);
    }

    public boolean prelaunch() {
        return equals(PRELAUNCH);
    }

    /** No cont ends it (QEMU 11.1, {@code runstate_needs_reset}), or finds a guest that has given up. */
    public boolean endsOnlyByReset() {
        return text.equals("internal-error") || text.equals("guest-panicked") || text.equals("shutdown");
    }

    /** A guest that ran before its reset does not live any more. */
    public boolean dead() {
        return switch (text) {
            case "prelaunch", "internal-error", "guest-panicked", "shutdown", "io-error", "watchdog" -> true;
            default -> false;
        };
    }

    /** QEMU leaves a guest whose rebuild failed in these; in others a guest that ran has executed something. */
    public boolean neverExecuted() {
        return prelaunch() || equals(INTERNAL_ERROR);
    }

    /** From these a guest gets to {@code prelaunch} without a reset. */
    public boolean beforeFirstRun() {
        return switch (text) {
            case "prelaunch", "preconfig", "inmigrate", "unknown" -> true;
            default -> false;
        };
    }

    /**
     * Read after a STOP it tells that the STOP was not the sign of a rebuild that failed: QEMU stops such a guest with {@code
     * internal-error}, which its main loop turns into {@code prelaunch} (QEMU 11.1.3).
     */
    public boolean stoppedOtherwise() {
        return !running() && !equals(INTERNAL_ERROR) && !prelaunch() && use() != Use.UNKNOWN;
    }

    @Override
    public String toString() {
        return text;
    }
}
