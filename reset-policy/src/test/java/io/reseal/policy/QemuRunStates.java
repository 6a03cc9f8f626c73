package io.reseal.policy;

import java.util.List;

/** The whole of QEMU's RunState (11.1, {@code qapi/run-state.json}). */
public final class QemuRunStates {
    public static final List<String> ALL = List.of(
            "debug",
            "inmigrate",
            "internal-error",
            "io-error",
            "paused",
            "postmigrate",
            "prelaunch",
            "finish-migrate",
            "restore-vm",
            "running",
            "save-vm",
            "shutdown",
            "suspended",
            "watchdog",
            "guest-panicked",
            "colo");

    private QemuRunStates() {}
}
