package io.reseal.testbed.junit;

import io.reseal.testbed.libvirt.PrivateLibvirt;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.process.HangingMount;
import io.reseal.testbed.qemu.ProvisionedFile;
import io.reseal.testbed.qemu.QemuBinary;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a test may need of the machine that it runs on. */
public enum Requirement {
    /** QEMU 11.0 or newer, where {@code bring-qemu} finds it. */
    QEMU,
    /** KVM, for guests that are rebuilt at a reset; and QEMU. */
    KVM,
    /** Confidential guests on the simulated platform: a C compiler, and KVM. */
    CVM,
    /** OVMF as firmware, for which {@code bring-ovmf} has been run; and QEMU. */
    OVMF,
    /** QEMU 10, for which {@code bring-qemu --old} has been run; and the other QEMU. */
    OLD_QEMU,
    /** A libvirt of the test's own, started as root; and KVM. */
    LIBVIRT,
    /** A file system in user space that can be made to hang: FUSE, and bindfs. */
    FUSE;

    /** With those that it implies, in the order in which they are looked at. */
    List<Requirement> all() {
        return switch (this) {
            case QEMU, FUSE -> List.of(this);
            case KVM, OVMF, OLD_QEMU -> after(QEMU);
            case CVM, LIBVIRT -> after(KVM);
        };
    }

    private List<Requirement> after(Requirement implied) {
        return Stream.concat(implied.all().stream(), Stream.of(this)).toList();
    }

    /** Why it, or one that it implies, is not met here; empty where all are met. */
    Optional<String> lack() {
        return all().stream().flatMap(each -> each.obstacle().stream()).findFirst();
    }

    private Optional<String> obstacle() {
        return switch (this) {
            case QEMU -> QemuBinary.find().obstacle();
            case KVM -> QemuBinary.kvmObstacle();
            case CVM -> FakeCvm.obstacle();
            case OVMF -> ProvisionedFile.ovmf().obstacle();
            case OLD_QEMU -> QemuBinary.findOld().obstacle();
            case LIBVIRT -> PrivateLibvirt.obstacle();
            case FUSE -> HangingMount.obstacle();
        };
    }
}
