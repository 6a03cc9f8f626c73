package io.reseal.testbed.demo;

import io.reseal.testbed.Accelerator;
import io.reseal.testbed.GuestRecipe;
import io.reseal.testbed.Qemu;
import io.reseal.testbed.QemuGuest;
import java.nio.file.Path;
import java.util.List;

/** The guests of the demo. */
record Cast(List<QemuGuest> all) {
    static final String RESET = "web-1";
    static final String REBOOTS = "ci-1";
    static final String FAILS = "db-1";
    private static final List<String> NAMES = List.of(RESET, REBOOTS, FAILS);

    /** Starts them, with their monitors where the daemon looks for them. */
    static Cast start(Accelerator accelerator, Path folder) {
        return new Cast(Qemu.startAll(
                NAMES.size(),
                NAMES.size(),
                i -> recipe(NAMES.get(i), accelerator)
                        .name(NAMES.get(i))
                        .socket(folder.resolve(NAMES.get(i) + ".qmp"))));
    }

    private static GuestRecipe recipe(String name, Accelerator accelerator) {
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
