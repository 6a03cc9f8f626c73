package io.reseal.testbed.qemu;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.platform.FakeCvmSettings;
import io.reseal.testbed.platform.LaunchLog;
import io.reseal.testbed.platform.LaunchTrace;
import io.reseal.testbed.process.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running QEMU. Safe for any thread; {@link #close()} leaves neither process nor files behind. */
public final class QemuGuest implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration END_PATIENCE = Duration.ofSeconds(20);

    private final Plan plan;
    private final Path folder;
    private final Path qmp;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String lastLog = "";
    private volatile String lastLaunchLog = "";
    private volatile Instance instance;

    /** What QEMU is to be started with. */
    record Plan(
            String name,
            Accelerator accelerator,
            Firmware firmware,
            Optional<Path> socket,
            Set<Trait> traits,
            FakeCvmSettings platform,
            CommandLine commandLine) {}

    enum Trait {
        BOOTS_AT_ONCE,
        REBUILDS,
        SPLIT_IRQCHIP,
        OLD_QEMU
    }

    @FunctionalInterface
    interface CommandLine {
        List<String> arguments(String name, Path monitor, Sockets sockets);
    }

    record Sockets(Path monitor, Path serial) {}

    /** One QEMU process with what the testbed holds of it; a restart replaces all of it. */
    private record Instance(Process process, RawMonitor monitor, Optional<Serial> serial) {
        void end() {
            Processes.end(process, END_PATIENCE);
            monitor.close();
            serial.ifPresent(Serial::close);
        }
    }

    private QemuGuest(Plan plan) {
        this.plan = plan;
        this.folder = TestbedPaths.socketFolder();
        this.qmp = plan.socket().orElseGet(() -> TestbedPaths.checkedSocket(folder.resolve("qmp")));
        try {
            this.instance = begin();
        } catch (TestbedException failed) {
            var log = readLog();
            TestbedPaths.deleteFolder(folder);
            throw new TestbedException(
                    plan.name() + " was not started: " + failed.getMessage()
                            + (log.isEmpty() ? "" : "; QEMU says: " + log),
                    failed);
        }
    }

    static QemuGuest start(Plan plan) {
        var guest = new QemuGuest(plan);
        StartedGuests.note(guest);
        return guest;
    }

    public String name() {
        return plan.name();
    }

    /** The socket of the monitor for the system under test. */
    public Path qmp() {
        return qmp;
    }

    /** The testbed's own monitor: a second one, so that looking does not disturb. */
    public RawMonitor monitor() {
        return instance.monitor();
    }

    public Serial serial() {
        return instance.serial().orElseThrow(() -> new TestbedException(name() + " has no serial port"));
    }

    public Accelerator accelerator() {
        return plan.accelerator();
    }

    public long pid() {
        return instance.process().pid();
    }

    public boolean isAlive() {
        return instance.process().isAlive();
    }

    /** Waits for the end of the process and tells its exit code, 128 + n when signal n ended it. */
    public int awaitExit(Duration patience) {
        try {
            if (instance.process().waitFor(patience)) {
                return instance.process().exitValue();
            }
            throw new TestbedException(name() + " still runs after " + patience + ", expected it to end");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for the end of " + name());
        }
    }

    /** What QEMU has written to its standard error (and output). */
    public String log() {
        return closed.get() ? lastLog : readLog();
    }

    /** What the simulated platform saw of a confidential guest: its first launch, and one for each rebuild since. */
    public List<LaunchTrace> launches() {
        return LaunchLog.parse(launchLog());
    }

    /** The same as it was written: JSON lines, empty for other guests. */
    public String launchLog() {
        return closed.get() ? lastLaunchLog : read(FakeCvmSettings.LAUNCH_LOG);
    }

    public void kill9() {
        Processes.end(instance.process(), END_PATIENCE);
    }

    /** Stops the process; the monitor then accepts connections and says nothing. */
    public void sigstop() {
        Processes.stop(pid(), END_PATIENCE);
    }

    public void sigcont() {
        Processes.signal(pid(), "CONT");
    }

    /**
     * From now on a rebuild fails and QEMU lives: STOP, RESET, run state {@code prelaunch}. SEV is asked for with an
     * encryption bit that this processor does not have, which QEMU notices after it has closed the old VM
     * (QEMU 11.1: {@code sev_common_kvm_init}). Needs {@code rebuildOnReset()}, {@code splitIrqchip()} and KVM.
     */
    public void failNextRebuild() {
        need(Trait.SPLIT_IRQCHIP, "splitIrqchip()");
        replaceSupport("sev-guest", Map.of("legacy-vm-type", "on"));
    }

    /**
     * The next reset ends QEMU with exit code 1, without any event: the new VM would be of a type that KVM does not
     * have here. Needs {@code rebuildOnReset()} and a KVM without SEV-SNP.
     */
    public void dieOnNextReset() {
        replaceSupport("sev-snp-guest", Map.of());
    }

    /** Ends QEMU by SIGKILL and starts another one of the same recipe with the same socket. */
    public void restartOnSameSocket() {
        instance.end();
        instance = begin();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            instance.end();
            lastLog = readLog();
            lastLaunchLog = read(FakeCvmSettings.LAUNCH_LOG);
            plan.socket().ifPresent(TestbedPaths::delete);
            TestbedPaths.deleteFolder(folder);
        }
    }

    private void need(Trait trait, String step) {
        if (!plan.traits().contains(trait)) {
            throw new TestbedException(name() + " cannot be made to fail as asked: its recipe lacks " + step);
        }
    }

    private void replaceSupport(String type, Map<String, Object> properties) {
        need(Trait.REBUILDS, "rebuildOnReset()");
        if (accelerator() != Accelerator.KVM) {
            throw new TestbedException(name() + " runs on " + accelerator() + ", but only KVM rebuilds guests");
        }
        var object = new HashMap<String, Object>(properties);
        object.putAll(Map.of("qom-type", type, "id", "spoiler", "cbitpos", 51, "reduced-phys-bits", 1));
        monitor().execute("object-add", object);
        monitor()
                .execute(
                        "qom-set",
                        Map.of(
                                "path",
                                "/machine",
                                "property",
                                "confidential-guest-support",
                                "value",
                                "/objects/spoiler"));
    }

    private Instance begin() {
        var found = plan.traits().contains(Trait.OLD_QEMU) ? QemuBinary.findOld() : QemuBinary.find();
        var binary = switch (found) {
            case QemuBinary.Found(var path) -> path;
            case QemuBinary.Missing(var reason) -> throw new TestbedException(reason);
        };
        var deadline = Deadline.after(START_PATIENCE);
        try (var monitorDoor = new DialInSocket(TestbedPaths.checkedSocket(folder.resolve("own")));
                var serialDoor = new DialInSocket(TestbedPaths.checkedSocket(folder.resolve("com1")))) {
            var command = new ArrayList<>(plan.platform().prefix(binary, folder));
            command.add(binary.toString());
            command.addAll(
                    plan.commandLine().arguments(name(), qmp, new Sockets(monitorDoor.path(), serialDoor.path())));
            var process = Processes.start(command, folder.resolve("log"));
            try {
                return welcome(process, monitorDoor, serialDoor, deadline);
            } catch (TestbedException failed) {
                Processes.end(process, END_PATIENCE);
                throw failed;
            }
        }
    }

    private Instance welcome(Process process, DialInSocket monitorDoor, DialInSocket serialDoor, Deadline deadline) {
        var monitorChannel = monitorDoor.awaitVisitor(process, deadline.left());
        Optional<Serial> serial = plan.firmware() == Firmware.NONE
                ? Optional.empty()
                : Optional.of(new Serial(
                        name(), plan.firmware().bootMark(), serialDoor.awaitVisitor(process, deadline.left())));
        var monitor = RawMonitor.over(monitorChannel, name(), deadline.left());
        if (plan.traits().contains(Trait.BOOTS_AT_ONCE)) {
            serial.ifPresent(port -> awaitBoot(port, deadline));
        }
        return new Instance(process, monitor, serial);
    }

    /** A guest that has only just booted has few exits to its name: too few to be told from those after a rebuild. */
    private void awaitBoot(Serial port, Deadline deadline) {
        port.awaitBoots(1, deadline.left());
        if (plan.firmware() == Firmware.TINY_GUEST) {
            port.work(deadline.left());
        }
    }

    private String readLog() {
        return read("log").strip();
    }

    private String read(String file) {
        try {
            return new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.UTF_8);
        } catch (IOException notYet) {
            return "";
        }
    }
}
