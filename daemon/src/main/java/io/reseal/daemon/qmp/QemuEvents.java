package io.reseal.daemon.qmp;

import io.reseal.qmp.EventChoice;
import java.util.Set;

/** The events of QEMU that Reseal knows by name beside those of {@link io.reseal.qmp.QmpEvent}. */
public final class QemuEvents {
    /** A device, such as a vCPU, may have come or gone; QEMU 11.1 has no event for one that was plugged in. */
    public static final Set<String> DEVICES = Set.of("DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR", "ACPI_DEVICE_OST");

    /** Those that are read: of all others only the name is looked at. */
    public static final Set<String> READ = Set.of(
            "GUEST_PANICKED",
            "MEMORY_FAILURE",
            "MIGRATION",
            "POWERDOWN",
            "RESET",
            "RESUME",
            "SHUTDOWN",
            "STOP",
            "SUSPEND",
            "SUSPEND_DISK",
            "WAKEUP",
            "WATCHDOG");

    /** Events of the QMP reference manual 11.1 that concern the life of a VM, and the noisy ones: each is counted by its name. */
    public static final Set<String> COUNTED = Set.of(
            "ACPI_DEVICE_OST",
            "BALLOON_CHANGE",
            "BLOCK_IO_ERROR",
            "BLOCK_JOB_COMPLETED",
            "BLOCK_JOB_READY",
            "COLO_EXIT",
            "DEVICE_DELETED",
            "DEVICE_TRAY_MOVED",
            "DEVICE_UNPLUG_GUEST_ERROR",
            "DUMP_COMPLETED",
            "FAILOVER_NEGOTIATED",
            "GUEST_CRASHLOADED",
            "GUEST_PANICKED",
            "GUEST_PVSHUTDOWN",
            "JOB_STATUS_CHANGE",
            "MEMORY_DEVICE_SIZE_CHANGE",
            "MEMORY_FAILURE",
            "MIGRATION",
            "MIGRATION_PASS",
            "NETDEV_STREAM_CONNECTED",
            "NETDEV_STREAM_DISCONNECTED",
            "NETDEV_VHOST_USER_CONNECTED",
            "NETDEV_VHOST_USER_DISCONNECTED",
            "NIC_RX_FILTER_CHANGED",
            "POWERDOWN",
            "RESET",
            "RESUME",
            "RTC_CHANGE",
            "SHUTDOWN",
            "SPICE_CONNECTED",
            "SPICE_DISCONNECTED",
            "SPICE_INITIALIZED",
            "STOP",
            "SUSPEND",
            "SUSPEND_DISK",
            "UNPLUG_PRIMARY",
            "VFU_CLIENT_HANGUP",
            "VNC_CONNECTED",
            "VNC_DISCONNECTED",
            "VNC_INITIALIZED",
            "VSERPORT_CHANGE",
            "WAKEUP",
            "WATCHDOG");

    /** What Reseal reads and counts. */
    public static final EventChoice CHOICE = EventChoice.of(READ, COUNTED);

    private QemuEvents() {}
}
