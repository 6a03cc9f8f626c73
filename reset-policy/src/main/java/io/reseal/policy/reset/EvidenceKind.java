package io.reseal.policy.reset;

import io.reseal.policy.Spelled;

/** Where a piece of evidence comes from. */
public enum EvidenceKind implements Spelled {
    /** The reply to our own system_reset. */
    ACKNOWLEDGEMENT("acknowledgement"),
    /** The reply to our own set-action, which makes a reboot a reset again. */
    REBOOT_ACTION("reboot-action"),
    /** The reply to our own cont, which lets a guest go on that was reset while stopped. */
    CONTINUATION("continuation"),
    /** QMP event RESET. */
    RESET_EVENT("reset-event"),
    /** QMP event STOP before RESET: QEMU stops a running guest whose rebuild failed. */
    STOP_EVENT("stop-event"),
    /** QMP event SHUTDOWN in place of RESET. */
    SHUTDOWN_EVENT("shutdown-event"),
    /** query-status. */
    RUN_STATE("run-state"),
    /** Per-vCPU KVM exits of query-stats. */
    COUNTERS("counters"),
    /** Launch properties, measurement and firmware file, read before and after. */
    LAUNCH("launch"),
    /** The QMP connection itself. */
    CONNECTION("connection"),
    /** The QEMU process in /proc. */
    PROCESS("process"),
    /** A firmware's own second reset. */
    ECHO("echo"),
    /** Another reset began before this one was judged. */
    OVERTAKEN("overtaken"),
    /** Concluded after a blind interval, from state read afterwards. */
    INFERRED("inferred"),
    /** A level that says nothing about this guest, and why. */
    NOT_APPLICABLE("not-applicable"),
    /** The time allowed ran out. */
    DEADLINE("deadline"),
    /** QMP event GUEST_PANICKED. */
    PANIC("panic"),
    /** QMP event MEMORY_FAILURE. */
    MEMORY_FAILURE("memory-failure");

    private final String text;

    EvidenceKind(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
