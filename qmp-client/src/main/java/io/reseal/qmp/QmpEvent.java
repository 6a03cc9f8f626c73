package io.reseal.qmp;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * Something QEMU said unasked. Closed on purpose: a new kind makes every switch over it fail to compile. An event that
 * this version does not know is an {@link Other}. What the data of a known one do not tell, or not in the documented form, is
 * {@value #UNKNOWN}, and a cause that is not told is not the guest; nothing is dropped in silence.
 * Strings come from QEMU or from the guest and are kept as they are: a newer QEMU may send values unknown today.
 */
public sealed interface QmpEvent {
    /** A member that QEMU did not send. */
    String UNKNOWN = "unknown";

    /** QEMU's own timestamp (wall clock of the host, microseconds); our time of receipt if QEMU sent none. */
    Instant at();

    /** QEMU's name of the event, for example {@code RESET}. */
    String name();

    /**
     * The guest was reset. No proof that it runs: QEMU 11 sends it after a failed rebuild too.
     *
     * @param guest true if the guest asked for it
     */
    record Reset(Instant at, boolean guest, String reason) implements QmpEvent {
        @Override
        public String name() {
            return "RESET";
        }
    }

    /** The guest or somebody on the host ends the machine. */
    record Shutdown(Instant at, boolean guest, String reason) implements QmpEvent {
        @Override
        public String name() {
            return "SHUTDOWN";
        }
    }

    /** The guest was stopped. */
    record Stop(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "STOP";
        }
    }

    /** The guest runs again. */
    record Resume(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "RESUME";
        }
    }

    /** Somebody asked the guest to shut down ({@code system_powerdown}). */
    record Powerdown(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "POWERDOWN";
        }
    }

    /**
     * The guest called for help.
     *
     * @param info what the guest told, its first 16 numbers and words; JSON null if nothing. Written by the guest: never trust it, never make a label of it
     */
    record GuestPanicked(Instant at, String action, JsonNode info) implements QmpEvent {
        @Override
        public String name() {
            return "GUEST_PANICKED";
        }
    }

    /** A watchdog device of the guest expired. */
    record Watchdog(Instant at, String action) implements QmpEvent {
        @Override
        public String name() {
            return "WATCHDOG";
        }
    }

    /** Sent only where somebody has set the migration capability {@code events}. */
    record Migration(Instant at, String status) implements QmpEvent {
        @Override
        public String name() {
            return "MIGRATION";
        }
    }

    /** The guest sleeps with its memory kept (ACPI S3); no STOP comes with it. */
    record Suspend(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "SUSPEND";
        }
    }

    /** The guest has stored itself on its disk and powers off (ACPI S4). */
    record SuspendDisk(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "SUSPEND_DISK";
        }
    }

    /** The guest woke up from {@link Suspend}. */
    record Wakeup(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "WAKEUP";
        }
    }

    /**
     * Memory of the host is broken.
     *
     * @param recipient whose memory it is, {@code hypervisor} or {@code guest}
     * @param action what QEMU did: {@code ignore}, {@code inject}, {@code fatal} or {@code reset}
     */
    record MemoryFailure(Instant at, String recipient, String action) implements QmpEvent {
        @Override
        public String name() {
            return "MEMORY_FAILURE";
        }
    }

    /**
     * An event without a meaning here.
     *
     * @param data as QEMU sent it; JSON null if there was none
     */
    record Other(Instant at, String name, JsonNode data) implements QmpEvent {}
}
