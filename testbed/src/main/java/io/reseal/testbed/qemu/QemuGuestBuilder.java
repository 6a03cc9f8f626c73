package io.reseal.testbed.qemu;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.platform.FakeCvmSettings;
import io.reseal.testbed.platform.FakeCvmSettings.Kind;
import io.reseal.testbed.qemu.QemuGuest.Trait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** What a guest is to be like. One recipe can start many guests. Confined to the thread that writes it. */
public final class QemuGuestBuilder {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int OVMF_MEMORY_MIB = 128;

    private Optional<String> name = Optional.empty();
    private Optional<UUID> uuid = Optional.empty();
    private Optional<Path> socket = Optional.empty();
    private Firmware firmware = Firmware.TINY_GUEST;
    private Optional<Path> bios = Optional.empty();
    private Optional<Path> igvm = Optional.empty();
    private Accelerator accelerator = QemuBinary.kvmUsable() ? Accelerator.KVM : Accelerator.TCG;
    private int memoryMiB = 32;
    private int vcpus = 1;
    private boolean rebuildOnReset;
    private boolean splitIrqchip;
    private boolean paused;
    private boolean flash;
    private boolean oldQemu;
    private FakeCvmSettings platform = FakeCvmSettings.none();
    private final List<String> extra = new ArrayList<>();

    QemuGuestBuilder() {}

    public QemuGuestBuilder name(String name) {
        this.name = Optional.of(name);
        return this;
    }

    public QemuGuestBuilder uuid(UUID uuid) {
        this.uuid = Optional.of(uuid);
        return this;
    }

    /** Not confidential. The default, for tests that want to say so. */
    public QemuGuestBuilder plain() {
        return this;
    }

    /** Encrypted memory. Not rebuilt at a reset. This and the next three run on the simulated platform, {@link FakeCvm}. */
    public QemuGuestBuilder sev() {
        return confidential(Kind.SEV, Map.of("policy", "0x1"));
    }

    /** Encrypted registers too. */
    public QemuGuestBuilder sevEs() {
        return confidential(Kind.SEV_ES, Map.of("policy", "0x5"));
    }

    public QemuGuestBuilder sevSnp() {
        return confidential(Kind.SEV_SNP, Map.of());
    }

    public QemuGuestBuilder tdx() {
        return confidential(Kind.TDX, Map.of());
    }

    private QemuGuestBuilder confidential(Kind kind, Map<String, String> properties) {
        platform = platform.kind(kind, properties);
        return kvm();
    }

    /** A property of QEMU's object for the kind: {@code policy}, {@code host-data}, {@code mrowner}... */
    public QemuGuestBuilder property(String name, String value) {
        platform = platform.property(name, value);
        return this;
    }

    /** What is to go wrong on the simulated platform. */
    public QemuGuestBuilder platform(FakeCvm.Fault fault) {
        platform = platform.fault(fault);
        return this;
    }

    /** How many encryption keys (ASIDs, TDX key ids) are free beside that of the guest; a rebuild needs one. */
    public QemuGuestBuilder spareKeys(int count) {
        platform = platform.keys(count + 1);
        return this;
    }

    /** The frequency of a TD's time stamp counter, else 2.5 GHz. */
    public QemuGuestBuilder tscKhz(int khz) {
        platform = platform.tscKhz(khz);
        return this;
    }

    /** The firmware is in flash memory instead of being loaded by {@code -bios}. */
    public QemuGuestBuilder flash() {
        flash = true;
        return this;
    }

    /** QEMU's own test property: a plain guest is rebuilt at each reset as a confidential one is (KVM only). */
    public QemuGuestBuilder rebuildOnReset() {
        rebuildOnReset = true;
        return this;
    }

    /** KVM, or a failed start; without this and {@link #tcg()}: KVM where usable, else TCG. */
    public QemuGuestBuilder kvm() {
        accelerator = Accelerator.KVM;
        return this;
    }

    public QemuGuestBuilder tcg() {
        accelerator = Accelerator.TCG;
        return this;
    }

    public QemuGuestBuilder memoryMiB(int memoryMiB) {
        this.memoryMiB = memoryMiB;
        return this;
    }

    public QemuGuestBuilder smp(int vcpus) {
        this.vcpus = vcpus;
        return this;
    }

    /** Boots SeaBIOS, which answers each reset with one of its own, and finds nothing to boot. */
    public QemuGuestBuilder seaBios() {
        firmware = Firmware.SEA_BIOS;
        return this;
    }

    /** Has OVMF, which {@code bring-ovmf} brings, as firmware. Its start is not waited for: it takes long, or fails. */
    public QemuGuestBuilder ovmf() {
        firmware = Firmware.OVMF;
        memoryMiB = Math.max(memoryMiB, OVMF_MEMORY_MIB);
        return this;
    }

    /** Boots the tiny guest. The default. */
    public QemuGuestBuilder tinyGuest() {
        firmware = Firmware.TINY_GUEST;
        return this;
    }

    /** Boots the tiny guest from this file, a copy of {@link TinyGuest#image()} that a test may spoil. */
    public QemuGuestBuilder tinyGuest(Path image) {
        bios = Optional.of(image);
        return tinyGuest();
    }

    /** Is launched from an IGVM bundle with the tiny guest in it; only a QEMU that was built with libigvm can do that. */
    public QemuGuestBuilder igvm(Path bundle) {
        igvm = Optional.of(bundle);
        return tinyGuest();
    }

    /** Runs in QEMU 10, the last that ends a guest of a protected kind in place of resetting it, which {@code bring-qemu --old} brings. */
    public QemuGuestBuilder oldQemu() {
        oldQemu = true;
        return this;
    }

    public QemuGuestBuilder noReboot() {
        return extra("-no-reboot");
    }

    /** Does not run until {@code cont}. */
    public QemuGuestBuilder paused() {
        paused = true;
        return extra("-S");
    }

    public QemuGuestBuilder shutdownPause() {
        return extra("-action", "shutdown=pause");
    }

    /** Has a pvpanic device; a panic stops the guest. */
    public QemuGuestBuilder panicPause() {
        return extra("-device", "pvpanic", "-action", "panic=pause");
    }

    /** Half of the interrupt controllers in QEMU: with it a guest survives a failed rebuild. */
    public QemuGuestBuilder splitIrqchip() {
        splitIrqchip = true;
        return this;
    }

    /** Where the monitor for the system under test is, rather than in a folder of the testbed. */
    public QemuGuestBuilder socket(Path socket) {
        this.socket = Optional.of(TestbedPaths.checkedSocket(socket));
        return this;
    }

    public QemuGuestBuilder extra(String... arguments) {
        extra.addAll(List.of(arguments));
        return this;
    }

    QemuGuestBuilder machineNone() {
        firmware = Firmware.NONE;
        return this;
    }

    /** Starts a guest and waits until its monitor answers and, unless paused, it has booted. */
    public QemuGuest start() {
        var own = name.orElseGet(() -> "guest-" + COUNT.incrementAndGet());
        return QemuGuest.start(
                new QemuGuest.Plan(own, accelerator(), firmware, socket, traits(), platform, this::arguments));
    }

    private Set<Trait> traits() {
        var traits = EnumSet.noneOf(Trait.class);
        if (!paused && firmware != Firmware.OVMF) {
            traits.add(Trait.BOOTS_AT_ONCE);
        }
        if (rebuildOnReset) {
            traits.add(Trait.REBUILDS);
        }
        if (splitIrqchip) {
            traits.add(Trait.SPLIT_IRQCHIP);
        }
        if (oldQemu) {
            traits.add(Trait.OLD_QEMU);
        }
        return traits;
    }

    private Accelerator accelerator() {
        if (firmware == Firmware.NONE) {
            return Accelerator.NONE;
        }
        if (accelerator == Accelerator.KVM && !QemuBinary.kvmUsable()) {
            throw new TestbedException("a guest with KVM was asked for, but /dev/kvm is not usable here;"
                    + " run on a machine with KVM, or leave kvm() out");
        }
        return accelerator;
    }

    /** Sockets are QEMU's side for the system under test, ours for the rest: so nothing needs to be polled for. */
    private List<String> arguments(String name, Path monitor, QemuGuest.Sockets sockets) {
        var all = new ArrayList<>(List.of("-name", commas(name), "-nodefaults", "-no-user-config", "-display", "none"));
        uuid.ifPresent(id -> all.addAll(List.of("-uuid", id.toString())));
        all.addAll(List.of("-qmp", "unix:" + commas(monitor) + ",server=on,wait=off"));
        all.addAll(
                List.of("-chardev", "socket,id=testbed,path=" + commas(sockets.monitor()), "-qmp", "chardev:testbed"));
        if (firmware == Firmware.NONE) {
            all.addAll(List.of("-machine", "none"));
        } else {
            all.addAll(List.of("-chardev", "socket,id=com1,path=" + commas(sockets.serial())));
            all.addAll(machine());
        }
        all.addAll(extra);
        return all;
    }

    private List<String> machine() {
        var all = new ArrayList<>(List.of("-m", memoryMiB + "M", "-smp", String.valueOf(vcpus), "-machine"));
        boolean kvm = accelerator == Accelerator.KVM;
        all.add("q35" + (rebuildOnReset ? ",x-change-vmfd-on-reset=on" : "")
                + (splitIrqchip ? ",kernel-irqchip=split" : "") + platform.machineOptions()
                + igvm.map(_ -> ",igvm-cfg=igvm0").orElse(""));
        all.addAll(platform.arguments());
        igvm.ifPresent(bundle -> all.addAll(List.of("-object", "igvm-cfg,id=igvm0,file=" + commas(bundle))));
        all.addAll(kvm ? List.of("-accel", "kvm", "-cpu", "host") : List.of("-accel", "tcg"));
        if (firmware == Firmware.SEA_BIOS) {
            all.addAll(List.of("-device", "isa-debugcon,iobase=0x402,chardev=com1"));
        } else {
            all.addAll(List.of("-serial", "chardev:com1"));
            all.addAll(firmware());
        }
        return all;
    }

    private List<String> firmware() {
        if (igvm.isPresent()) {
            return List.of();
        }
        var image = firmware == Firmware.OVMF
                ? ProvisionedFile.ovmf()
                        .path()
                        .orElseThrow(() ->
                                new TestbedException(ProvisionedFile.ovmf().reason()))
                : bios.orElseGet(TinyGuest::image);
        return flash
                ? List.of("-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + commas(image))
                : List.of("-bios", image.toString());
    }

    /** In QEMU's option lists a comma inside a value is written twice. */
    private static String commas(Object value) {
        return value.toString().replace(",", ",,");
    }
}
