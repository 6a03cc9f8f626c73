package io.reseal.qmp;

/** What kind of guest a connection leads to, as far as the {@link CommandGate} has to know. */
public enum MachineKind {
    /** Not found out yet; the gate then allows only what is harmless for every kind. */
    UNKNOWN,
    /** Not confidential. */
    PLAIN,
    /** AMD SEV: encrypted memory. */
    SEV,
    /** AMD SEV-ES: encrypted registers too. */
    SEV_ES,
    /** AMD SEV-SNP: protected memory integrity too. */
    SEV_SNP,
    /** Intel TDX. */
    TDX
}
