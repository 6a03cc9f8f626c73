package io.reseal.policy;

import java.util.Optional;
import java.util.Set;

/**
 * What QEMU makes of a reboot. QMP has no query for it, and any client can change it ({@code set-action}, QEMU 6.0).
 *
 * @param shutdown it was seen to be a shutdown: on the command line, in a file of {@code -readconfig}, or by a SHUTDOWN event in
 *     place of a RESET
 * @param manager a program that is known to set it to shutdown over QMP and may have done so; empty where none is known
 */
public record RebootAction(boolean shutdown, Optional<String> manager) {
    /** A reset, as far as is known. */
    public static final RebootAction RESET = new RebootAction(false, Optional.empty());

    public static final RebootAction SHUTDOWN = new RebootAction(true, Optional.empty());

    /**
     * Reasons of a SHUTDOWN by which QEMU tells of a reboot that it did not carry out (QEMU 11.1, {@code qemu_system_reset_request}). A
     * quit, a signal, or a guest that powers off is no reboot.
     */
    private static final Set<String> REBOOTS = Set.of("guest-reset", "host-qmp-system-reset");

    /** Whether a SHUTDOWN event with that reason stands for a reboot. */
    public static boolean isReboot(String shutdownReason) {
        return REBOOTS.contains(shutdownReason);
    }

    /** Whether it may be a shutdown though nobody was seen to ask for one. */
    public boolean unknown() {
        return !shutdown && manager.isPresent();
    }

    public RebootAction withShutdown(boolean is) {
        return new RebootAction(is, manager);
    }
}
