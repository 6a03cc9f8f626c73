package io.reseal.policy.launch;

import io.reseal.policy.Spelled;

/** A part of what a guest is launched from. */
public enum LaunchPart implements Spelled {
    /** Policy of a SEV kind, or attributes of a TD. */
    POLICY("policy"),
    /** What else QEMU tells of the confidential-guest object and the vCPUs. */
    PROPERTIES("properties"),
    /** The launch measurement of SEV and SEV-ES. */
    MEASUREMENT("measurement"),
    /** The {@code -bios} file. */
    FIRMWARE("firmware"),
    /** Which {@code igvm-cfg} objects are replayed. */
    IGVM_OBJECTS("igvm-objects");

    private final String text;

    LaunchPart(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
