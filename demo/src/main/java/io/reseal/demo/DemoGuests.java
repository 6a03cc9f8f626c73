package io.reseal.demo;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.platform.FakeCvm.Step;
import io.reseal.testbed.qemu.Accelerator;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;

/** The guests of the demo. */
record DemoGuests(List<QemuGuest> all) {
    static final String RESET = "web-1";
    static final String REBOOTS = "ci-1";
    static final String FAILS = "db-1";
    private static final List<String> NAMES = List.of(RESET, REBOOTS, FAILS);

    static final String SNP = "snp-1";
    static final String PAUSED = "snp-2";
    static final String BROKEN = "snp-3";
    static final String TD = "tdx-1";
    private static final List<String> CONFIDENTIAL = List.of(SNP, PAUSED, BROKEN, TD);

    /** Between code and metadata of the tiny guest: measured, and never executed. */
    private static final long UNUSED = 0x7000;

    /** Starts them, with their monitors where the daemon looks for them. */
    static DemoGuests start(Accelerator accelerator, Path folder) {
        return start(NAMES, folder, name -> recipe(name, accelerator));
    }

    /** The same with confidential guests, on the simulated platform. */
    static DemoGuests startConfidential(Path firmware, Path folder) {
        return start(CONFIDENTIAL, folder, name -> confidential(name, firmware));
    }

    private static DemoGuests start(List<String> names, Path folder, Function<String, QemuGuestBuilder> recipe) {
        return new DemoGuests(Qemu.startAll(
                names.size(),
                names.size(),
                i -> recipe.apply(names.get(i)).name(names.get(i)).socket(folder.resolve(names.get(i) + ".qmp"))));
    }

    private static QemuGuestBuilder confidential(String name, Path firmware) {
        return switch (name) {
            case SNP -> Qemu.guest().sevSnp().tinyGuest(firmware);
            case BROKEN -> Qemu.guest().sevSnp().splitIrqchip().platform(FakeCvm.failing(Step.INIT2));
            case TD -> Qemu.guest().tdx();
            default -> Qemu.guest().sevSnp();
        };
    }

    /** Firmware of a guest's own, that may be updated. */
    static Path firmware(Path folder) {
        try {
            return Files.copy(TinyGuest.image(), folder.resolve("firmware.bin"));
        } catch (IOException refused) {
            throw new TestbedException("no firmware can be written to " + folder + ": " + refused.getMessage());
        }
    }

    static void update(Path firmware) {
        try (var file = FileChannel.open(firmware, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), UNUSED);
        } catch (IOException refused) {
            throw new TestbedException(firmware + " cannot be updated: " + refused.getMessage());
        }
    }

    private static QemuGuestBuilder recipe(String name, Accelerator accelerator) {
        if (accelerator != Accelerator.KVM) {
            return Qemu.guest().tcg();
        }
        return switch (name) {
            case RESET -> Qemu.guest().kvm().rebuildOnReset();
            case FAILS -> Qemu.guest().kvm().rebuildOnReset().splitIrqchip();
            default -> Qemu.guest().kvm();
        };
    }

    QemuGuest named(String name) {
        return all.stream()
                .filter(guest -> guest.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
