package io.reseal.testbed.qemu;

/** What runs a guest's instructions; {@code NONE} for a QEMU without a machine. */
public enum Accelerator {
    KVM,
    TCG,
    NONE
}
