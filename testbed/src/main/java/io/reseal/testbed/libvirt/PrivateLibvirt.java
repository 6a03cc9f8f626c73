package io.reseal.testbed.libvirt;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.platform.FakeCvmSettings;
import io.reseal.testbed.process.ChildProcess;
import io.reseal.testbed.process.Tool;
import io.reseal.testbed.qemu.QemuBinary;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A libvirt of a test's own, with real domains. Its end is the end of all of them. Safe for any thread. */
public final class PrivateLibvirt implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;
    private final ChildProcess program;

    private PrivateLibvirt(Path folder, ChildProcess program) {
        this.folder = folder;
        this.program = program;
    }

    /** Why none can be started here; empty where one can. */
    public static Optional<String> obstacle() {
        return lack(List.of("virsh", "--version"), "virsh does not run: apt-get install libvirt-clients")
                .or(() -> lack(
                        List.of("libvirtd", "--version"),
                        "libvirtd does not run: apt-get install libvirt-daemon libvirt-daemon-driver-qemu"))
                .or(() -> lack(
                        List.of("unshare", "--mount", "--pid", "--net", "--fork", "true"),
                        "namespaces cannot be made: run the test as root"));
    }

    private static Optional<String> lack(List<String> command, String reason) {
        try {
            return Tool.run(command).exitCode() == 0 ? Optional.empty() : Optional.of(reason);
        } catch (IOException missing) {
            return Optional.of(reason);
        }
    }

    /** Starts libvirtd with its files in a new folder in {@code parent}, and waits until it answers. */
    public static PrivateLibvirt start(Path parent) {
        try {
            var folder = Files.createDirectory(parent.resolve("libvirt"));
            var script = TestbedPaths.repository().orElseThrow().resolve("testbed/private-libvirt");
            var program = ChildProcess.start(List.of(
                    "unshare",
                    "--mount",
                    "--pid",
                    "--net",
                    "--fork",
                    "--kill-child",
                    "--mount-proc",
                    script.toString(),
                    folder.toString()));
            return answering(new PrivateLibvirt(folder, program));
        } catch (IOException failed) {
            throw new TestbedException("a libvirt cannot be started: " + failed.getMessage(), failed);
        }
    }

    private static PrivateLibvirt answering(PrivateLibvirt libvirt) throws IOException {
        try {
            libvirt.awaitAnswer();
            return libvirt;
        } catch (TestbedException silent) {
            libvirt.close();
            throw silent;
        }
    }

    private void awaitAnswer() throws IOException {
        for (var deadline = Deadline.after(PATIENCE); Tool.run(virsh("list")).exitCode() != 0; ) {
            if (deadline.passed()) {
                throw new TestbedException(
                        "libvirtd does not answer after " + PATIENCE + ": " + String.join(" | ", program.output()));
            }
        }
    }

    public String uri() {
        return "qemu:///system?socket=" + folder.resolve("libvirt-sock");
    }

    /** A folder for the sockets of hot-added monitors. */
    public Path sockets() {
        return folder;
    }

    /** Starts a transient domain that is rebuilt at each reset as a confidential one is. */
    public void create(String name, UUID uuid) {
        create(name, uuid, """
                <qemu:arg value='-machine'/><qemu:arg value='x-change-vmfd-on-reset=on'/>""");
    }

    /** Starts a transient domain that is a TD on the simulated platform; libvirt 9.0 knows of none, so QEMU is told directly. */
    public void createTdx(String name, UUID uuid) {
        var platform = FakeCvmSettings.none().kind(FakeCvmSettings.Kind.TDX, Map.of());
        var arguments =
                new ArrayList<>(List.of("-machine", platform.machineOptions().substring(1)));
        arguments.addAll(platform.arguments());
        var words = arguments.stream().map("<qemu:arg value='%s'/>"::formatted);
        var environment = platform.environment(emulator(), folder).entrySet().stream()
                .map(each -> "<qemu:env name='%s' value='%s'/>".formatted(each.getKey(), each.getValue()));
        create(name, uuid, Stream.concat(words, environment).collect(Collectors.joining()));
    }

    private static Path emulator() {
        if (QemuBinary.find() instanceof QemuBinary.Found(var emulator)) {
            return emulator;
        }
        throw new TestbedException("there is no QEMU for a domain");
    }

    /** @param own what libvirt is not to know of its command line */
    private void create(String name, UUID uuid, String own) {
        try {
            var xml = Files.writeString(
                    folder.resolve(name + ".xml"), """
                    <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                      <name>%s</name><uuid>%s</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
                      <os><type arch='x86_64' machine='q35'>hvm</type><loader readonly='yes' type='rom'>%s</loader></os>
                      <features><acpi/><apic/></features><cpu mode='host-passthrough'/>
                      <devices>
                        <emulator>%s</emulator>
                        <controller type='usb' model='none'/><memballoon model='none'/>
                      </devices>
                      <qemu:commandline>%s</qemu:commandline>
                    </domain>
                    """.formatted(name, uuid, TinyGuest.image(), emulator(), own));
            virshOrFail("create", xml.toString());
        } catch (IOException failed) {
            throw new TestbedException("no domain can be described: " + failed.getMessage(), failed);
        }
    }

    public void destroy(String name) {
        virshOrFail("destroy", name);
    }

    /** Whether there is such a domain: one that was created is forgotten a little after its QEMU has ended. */
    public boolean knows(String name) {
        return run("domstate", name).exitCode() == 0;
    }

    /** What libvirt says of a domain, such as {@code running}. */
    public String state(String name) {
        return virshOrFail("domstate", name);
    }

    public void reset(String name) {
        virshOrFail("reset", name);
    }

    /** Resets a domain whose QEMU ends by that. It may close its monitor before libvirt has read the reply. */
    public void resetThatEnds(String name) {
        var result = run("reset", name);
        if (result.exitCode() != 0 && !result.errors().contains("monitor")) {
            throw failed(result, "reset", name);
        }
    }

    /** Changes on_reboot of a running domain, to {@code restart} or {@code destroy}. */
    public void onReboot(String name, String action) {
        virshOrFail("set-lifecycle-action", name, "reboot", action, "--live");
    }

    /** What its QEMU answers to a QMP command, sent by libvirt. */
    public String qmp(String name, String command) {
        return virshOrFail("qemu-monitor-command", name, "--cmd", command);
    }

    private String virshOrFail(String... words) {
        var result = run(words);
        if (result.exitCode() != 0) {
            throw failed(result, words);
        }
        return result.output();
    }

    private TestbedException failed(Tool.Result result, String... words) {
        return new TestbedException("virsh " + String.join(" ", words) + ": " + result.errors() + "; libvirtd says: "
                + String.join(" | ", program.output()));
    }

    private Tool.Result run(String... words) {
        try {
            return Tool.run(virsh(words));
        } catch (IOException missing) {
            throw new TestbedException("virsh cannot be run: " + missing.getMessage(), missing);
        }
    }

    private List<String> virsh(String... words) {
        var command = new ArrayList<>(List.of("virsh", "--quiet", "--connect", uri()));
        command.addAll(List.of(words));
        return command;
    }

    /** {@code unshare} passes over SIGTERM; it is the parent of all and takes them along. */
    @Override
    public void close() {
        ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroyForcibly);
        program.close();
    }
}
