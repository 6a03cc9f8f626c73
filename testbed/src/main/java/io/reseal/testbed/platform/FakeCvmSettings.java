package io.reseal.testbed.platform;

import io.reseal.fakecvm.FakeCvmException;
import io.reseal.fakecvm.FakeCvmLibrary;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.platform.FakeCvm.Failure;
import io.reseal.testbed.platform.FakeCvm.Fault;
import io.reseal.testbed.platform.FakeCvm.Slowness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What a confidential guest's platform is like: its kind, the properties of QEMU's object for it, and its faults. */
public record FakeCvmSettings(
        Kind kind, Map<String, String> properties, List<Fault> faults, OptionalInt keys, OptionalInt tscKhz) {
    public static final String LAUNCH_LOG = "launches.jsonl";
    private static final int WRAPPER_SIZE_MAX = 4096;

    public enum Kind {
        NONE(""),
        SEV("sev-guest"),
        SEV_ES("sev-guest"),
        SEV_SNP("sev-snp-guest"),
        TDX("tdx-guest");

        private final String object;

        Kind(String object) {
            this.object = object;
        }

        boolean isConfidential() {
            return this != NONE;
        }
    }

    public static FakeCvmSettings none() {
        return new FakeCvmSettings(Kind.NONE, Map.of(), List.of(), OptionalInt.empty(), OptionalInt.empty());
    }

    public FakeCvmSettings kind(Kind kind, Map<String, String> more) {
        return new FakeCvmSettings(kind, merged(more), faults, keys, tscKhz);
    }

    public FakeCvmSettings property(String name, String value) {
        return new FakeCvmSettings(kind, merged(Map.of(name, value)), faults, keys, tscKhz);
    }

    public FakeCvmSettings fault(Fault fault) {
        var all = new ArrayList<>(faults);
        all.add(fault);
        return new FakeCvmSettings(kind, properties, List.copyOf(all), keys, tscKhz);
    }

    public FakeCvmSettings keys(int count) {
        return new FakeCvmSettings(kind, properties, faults, OptionalInt.of(count), tscKhz);
    }

    public FakeCvmSettings tscKhz(int khz) {
        return new FakeCvmSettings(kind, properties, faults, keys, OptionalInt.of(khz));
    }

    private Map<String, String> merged(Map<String, String> more) {
        var all = new LinkedHashMap<>(properties);
        all.putAll(more);
        return Map.copyOf(all);
    }

    boolean isConfidential() {
        return kind.isConfidential();
    }

    /** What is added to {@code -machine}. QEMU 11 wants the half of the interrupt controllers for a TD. */
    public String machineOptions() {
        return !isConfidential()
                ? ""
                : ",confidential-guest-support=cvm" + (kind == Kind.TDX ? ",kernel-irqchip=split" : "");
    }

    public List<String> arguments() {
        if (!isConfidential()) {
            return List.of();
        }
        var object = new StringBuilder(kind.object).append(",id=cvm");
        if (kind != Kind.TDX) {
            object.append(",reduced-phys-bits=1,cbitpos=").append(library().encryptionBit());
        }
        properties.forEach(
                (name, value) -> object.append(',').append(name).append('=').append(value.replace(",", ",,")));
        return List.of("-object", object.toString());
    }

    /** How QEMU is to be run, in front of its path: with the library, which writes its log into that folder. */
    public List<String> prefix(Path qemu, Path folder) {
        if (!isConfidential()) {
            return List.of();
        }
        var all = new ArrayList<>(List.of("env"));
        environment(qemu, folder).forEach((name, value) -> all.add(name + "=" + value));
        return all;
    }

    /** What QEMU's environment is to have for that. */
    public Map<String, String> environment(Path qemu, Path folder) {
        var settings = new LinkedHashMap<String, String>();
        settings.put(preload(qemu), library().path().toString());
        settings.put("RESEAL_CVM_LOG", folder.resolve(LAUNCH_LOG).toString());
        settings.put("RESEAL_CVM_DEVICE", device(folder).toString());
        keys.ifPresent(count -> settings.put("RESEAL_CVM_KEYS", String.valueOf(count)));
        tscKhz.ifPresent(khz -> settings.put("RESEAL_CVM_TSC_KHZ", String.valueOf(khz)));
        settings.put("RESEAL_CVM_FAIL", failures());
        settings.put("RESEAL_CVM_SLOW", slownesses());
        return settings;
    }

    private static FakeCvmLibrary library() {
        try {
            return FakeCvmLibrary.compiled();
        } catch (FakeCvmException failed) {
            throw new TestbedException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** The QEMU that was brought loads a library into QEMU alone; any other one is left to the dynamic loader. */
    private static String preload(Path qemu) {
        try {
            boolean brought = Files.size(qemu) < WRAPPER_SIZE_MAX
                    && Files.readString(qemu, StandardCharsets.ISO_8859_1).contains("RESEAL_QEMU_PRELOAD");
            return brought ? "RESEAL_QEMU_PRELOAD" : "LD_PRELOAD";
        } catch (IOException unreadable) {
            throw new TestbedException("QEMU at " + qemu + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** A file of that name, so that /proc/PID/fd shows QEMU's open descriptors of it much as it does on a host. */
    private static Path device(Path folder) {
        try {
            return Files.createDirectories(folder.resolve("dev")).resolve("sev");
        } catch (IOException refused) {
            throw new TestbedException("cannot make a folder in " + folder + ": " + refused.getMessage(), refused);
        }
    }

    private String failures() {
        return faults.stream()
                .filter(Failure.class::isInstance)
                .map(Failure.class::cast)
                .map(each -> "%s %d %d %s".formatted(each.step(), each.launch(), each.time(), each.errno()))
                .collect(Collectors.joining(";"));
    }

    private String slownesses() {
        return faults.stream()
                .filter(Slowness.class::isInstance)
                .map(Slowness.class::cast)
                .map(each -> "%s %d 1 %d"
                        .formatted(each.step(), each.launch(), each.delay().toMillis()))
                .collect(Collectors.joining(";"));
    }
}
