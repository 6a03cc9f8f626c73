package io.reseal.testbed;

/** What a machine boots, and the text by which each of its boots is known. */
enum Firmware {
    TINY_GUEST("B"),
    /** Its last words on the debug port; only a reset after them is answered with one of its own. */
    SEA_BIOS("No bootable device"),
    NONE("");

    private final String bootMark;

    Firmware(String bootMark) {
        this.bootMark = bootMark;
    }

    String bootMark() {
        return bootMark;
    }
}
