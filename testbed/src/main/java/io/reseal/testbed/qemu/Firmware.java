package io.reseal.testbed.qemu;

/** What a machine boots, and the text by which each of its boots is known. */
enum Firmware {
    TINY_GUEST("B"),
    /** On its debug port, once it has noted that it runs: only resets after that are answered with one of its own. */
    SEA_BIOS("Found QEMU fw_cfg"),
    OVMF("BdsDxe: starting"),
    NONE("");

    private final String bootMark;

    Firmware(String bootMark) {
        this.bootMark = bootMark;
    }

    String bootMark() {
        return bootMark;
    }
}
