package io.reseal.testbed;

/** What runs a guest's instructions; {@code NONE} for a QEMU without a machine. */
public enum Accelerator {
    KVM,
    TCG,
    NONE
}
