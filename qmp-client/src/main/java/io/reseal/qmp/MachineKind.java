package io.reseal.qmp;

/** What kind of guest a connection leads to, as far as the {@link CommandGate} has to know. */
public enum MachineKind {
    /** Not found out yet; the gate then allows only what is harmless for every kind. */
    UNKNOWN,
    PLAIN,
    SEV,
    SEV_ES,
    SEV_SNP,
    TDX
}
