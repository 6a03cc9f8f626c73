package io.reseal.benchmarks.host;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** What the figures were measured on. */
public final class Machine {
    public static List<String> facts() {
        return List.of(
                "Date: " + LocalDate.now(ZoneOffset.UTC),
                "Processor: " + field("/proc/cpuinfo", "model name") + ", "
                        + Runtime.getRuntime().availableProcessors() + " cores"
                        + (read("/proc/cpuinfo").contains(" hypervisor ") ? ", itself a virtual machine" : ""),
                "Memory: " + Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "")) / (1 << 20)
                        + " GB",
                "Linux " + System.getProperty("os.version") + ", "
                        + (QemuBinary.kvmUsable() ? "guests on KVM" : "no KVM: guests on TCG"),
                "QEMU " + qemu(),
                "Java " + Runtime.version() + " (" + System.getProperty("java.vendor")
                        + "), with the flags of `./reseal`");
    }

    /** How busy the machine was on average over the last one, five and fifteen minutes. */
    public static String load() {
        return String.join(" ", List.of(read("/proc/loadavg").split(" ", -1)).subList(0, 3));
    }

    /** What could be used without swapping. */
    public static double availableMegabytes() {
        return Long.parseLong(field("/proc/meminfo", "MemAvailable:").split(" ", 2)[0]) / 1024.0;
    }

    private static String qemu() {
        try (var none = Qemu.machineNone().start()) {
            return none.monitor().version();
        }
    }

    private static String field(String file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException unreadable) {
            throw new TestbedException(file + " cannot be read: " + unreadable.getMessage());
        }
    }

    private Machine() {}
}
