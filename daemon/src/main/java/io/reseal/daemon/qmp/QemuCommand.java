package io.reseal.daemon.qmp;

import io.reseal.policy.VcpuCounters;
import io.reseal.qmp.QemuVersion;
import io.reseal.qmp.QmpCommand;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Every command that Reseal sends to a QEMU, with each argument that it gives. No other class makes one: a test holds that, and
 * another holds these against the schema of real QEMUs.
 */
@SuppressWarnings("ImmutableEnumChecker") // both records are immutable, without the annotation that says so
public enum QemuCommand {
    STATUS(QmpCommand.of("query-status")),
    NAME(QmpCommand.of("query-name")),
    UUID(QmpCommand.of("query-uuid")),
    ACCELERATORS(QmpCommand.of("query-accelerators"), QemuVersion.of(10, 2, 0)),
    /** Deprecated in QEMU 11.1; {@link #ACCELERATORS} is asked where the schema has it. */
    KVM(QmpCommand.of("query-kvm")),
    VCPUS(QmpCommand.of("query-cpus-fast")),
    /** All statistics of all vCPUs. QEMU 11.1 reads a monitor byte by byte, so that a short question costs it less than a short reply. */
    VCPU_STATISTICS(QmpCommand.of("query-stats").with("target", "vcpu")),
    /** Only the counters that are compared, for guests of many vCPUs. */
    VCPU_COUNTERS(QmpCommand.of("query-stats").with("target", "vcpu").with("providers", countersOfKvm())),
    SEV(QmpCommand.of("query-sev")),
    SEV_MEASUREMENT(QmpCommand.of("query-sev-launch-measure")),
    MIGRATION(QmpCommand.of("query-migrate")),
    QOM_GET(property("/machine", "type")),
    QOM_LIST(objects("/objects")),
    /** All properties of an object at once; one by one where it is not known. */
    QOM_VALUES(values("/objects/cgs0"), QemuVersion.of(10, 1, 0)),

    RESET(QmpCommand.action("system_reset")),
    /** A reboot is a reset again, whatever the command line said (QEMU 6.0). */
    LET_REBOOT(QmpCommand.action("set-action").with("reboot", "reset")),
    CONT(QmpCommand.action("cont")),

    /** The first of five that go over libvirt only, for a monitor of our own. */
    CHARDEVS(QmpCommand.of("query-chardev")),
    ADD_CHARDEV(listen("reseal", "/run/reseal.sock")),
    REMOVE_CHARDEV(removeChardev("reseal")),
    ADD_MONITOR(monitor("reseal-monitor", "reseal"), QemuVersion.of(11, 1, 0)),
    DELETE_OBJECT(deleteObject("reseal-monitor"));

    private final QmpCommand command;
    private final QemuVersion since;

    QemuCommand(QmpCommand command) {
        this(command, QemuVersion.of(0, 0, 0));
    }

    QemuCommand(QmpCommand command, QemuVersion since) {
        this.command = command;
        this.since = since;
    }

    /** The command as it is sent; with sample values where it depends on the guest. */
    public QmpCommand command() {
        return command;
    }

    /** Its name on the wire. */
    public String text() {
        return command.name();
    }

    /** The QEMU that has it first, as far as that matters: older ones are served without it. */
    public QemuVersion since() {
        return since;
    }

    /** What is asked in place of it where QEMU has that. */
    public Optional<QemuCommand> successor() {
        return this == KVM ? Optional.of(ACCELERATORS) : Optional.empty();
    }

    /** The names on the wire of those that go over a connection of our own. */
    public static Set<String> texts() {
        return Arrays.stream(values())
                .filter(each -> !each.goesOverLibvirt())
                .map(QemuCommand::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean goesOverLibvirt() {
        return switch (this) {
            case CHARDEVS, ADD_CHARDEV, REMOVE_CHARDEV, ADD_MONITOR, DELETE_OBJECT -> true;
            default -> false;
        };
    }

    /** Reads a QOM property. */
    public static QmpCommand property(String path, String property) {
        return QmpCommand.of("qom-get").with("path", path).with("property", property);
    }

    /** Reads all properties of an object. */
    public static QmpCommand values(String path) {
        return QmpCommand.of("qom-list-get")
                .with("paths", JsonNodeFactory.instance.arrayNode().add(path));
    }

    /** Lists what is below a QOM path. */
    public static QmpCommand objects(String path) {
        return QmpCommand.of("qom-list").with("path", path);
    }

    /** A chardev that listens on a Unix socket. */
    public static QmpCommand listen(String id, String path) {
        var backend = JsonNodeFactory.instance.objectNode().put("type", "socket");
        var data = backend.putObject("data").put("server", true).put("wait", false);
        data.putObject("addr").put("type", "unix").putObject("data").put("path", path);
        return QmpCommand.action("chardev-add").with("id", id).with("backend", backend);
    }

    /** Takes such a chardev away. */
    public static QmpCommand removeChardev(String id) {
        return QmpCommand.action("chardev-remove").with("id", id);
    }

    /** A monitor over a chardev, which QEMU deletes when its client goes. */
    public static QmpCommand monitor(String id, String chardev) {
        return QmpCommand.action("object-add")
                .with("qom-type", "monitor-qmp")
                .with("id", id)
                .with("chardev", chardev)
                .with("close-action", "delete");
    }

    /** Takes such a monitor away. */
    public static QmpCommand deleteObject(String id) {
        return QmpCommand.action("object-del").with("id", id);
    }

    private static JsonNode countersOfKvm() {
        var nodes = JsonNodeFactory.instance;
        var kvm = nodes.objectNode().put("provider", "kvm");
        var names = kvm.putArray("names").add("exits");
        VcpuCounters.OTHERS.forEach(names::add);
        return nodes.arrayNode().add(kvm);
    }
}
