package io.reseal.qmp;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * Something QEMU said unasked. Closed on purpose: a new kind makes every switch over it fail to compile. An event that
 * this version does not know, or whose data is not as documented, is an {@link Other}; nothing is dropped in silence.
 * Strings come from QEMU or from the guest and are kept as they are: a newer QEMU may send values unknown today.
 */
public sealed interface QmpEvent {
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

    record Stop(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "STOP";
        }
    }

    record Resume(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "RESUME";
        }
    }

    record Powerdown(Instant at) implements QmpEvent {
        @Override
        public String name() {
            return "POWERDOWN";
        }
    }

    /**
     * The guest called for help.
     *
     * @param info what the guest told; JSON null if nothing. Written by the guest: never trust it, never make a label of it
     */
    record GuestPanicked(Instant at, String action, JsonNode info) implements QmpEvent {
        @Override
        public String name() {
            return "GUEST_PANICKED";
        }
    }

    record Watchdog(Instant at, String action) implements QmpEvent {
        @Override
        public String name() {
            return "WATCHDOG";
        }
    }

    record Migration(Instant at, String status) implements QmpEvent {
        @Override
        public String name() {
            return "MIGRATION";
        }
    }

    /**
     * An event without a meaning here.
     *
     * @param data as QEMU sent it; JSON null if there was none
     */
    record Other(Instant at, String name, JsonNode data) implements QmpEvent {}
}
