package io.reseal.daemon.metrics;

import java.util.Set;
import java.util.TreeSet;

/** The closed sets of labels that come from QMP. A name outside of them is {@code other}: the label set stays bounded. */
final class QmpLabels {
    static final String OTHER = "other";

    /** Events of the QMP reference manual 11.1 that concern the life of a VM, and the noisy ones. */
    static final Set<String> EVENTS = withOther(
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

    /** Commands that Reseal may send. */
    static final Set<String> COMMANDS = withOther(
            "cont",
            "qmp_capabilities",
            "qom-get",
            "qom-list",
            "query-accelerators",
            "query-cpus-fast",
            "query-current-machine",
            "query-kvm",
            "query-migrate",
            "query-name",
            "query-qmp-schema",
            "query-sev",
            "query-sev-launch-measure",
            "query-stats",
            "query-stats-schemas",
            "query-status",
            "query-uuid",
            "query-version",
            "set-action",
            "system_reset");

    /** How a command can end. */
    static final Set<String> OUTCOMES = withOther("busy", "lost", "ok", "refused", "rejected", "timeout");

    private QmpLabels() {}

    static String label(Set<String> known, String word) {
        return known.contains(word) ? word : OTHER;
    }

    private static Set<String> withOther(String... words) {
        var set = new TreeSet<>(Set.of(words));
        set.add(OTHER);
        return set;
    }
}
