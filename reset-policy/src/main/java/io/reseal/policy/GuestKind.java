package io.reseal.policy;

/** What protects a guest's memory and vCPU state, by the name of QEMU's confidential-guest object. */
public enum GuestKind implements Spelled {
    /** No confidential-guest support. */
    PLAIN("plain", false),
    /** {@code sev-guest} without the ES policy bit: reset in the ordinary way, never rebuilt. */
    SEV("sev", false),
    /** {@code sev-guest} whose policy has bit 2 (0x4). */
    SEV_ES("sev-es", true),
    /** {@code sev-snp-guest}. */
    SEV_SNP("sev-snp", true),
    /** {@code tdx-guest}. */
    TDX("tdx", true);

    private final String text;
    private final boolean rebuilt;

    GuestKind(String text, boolean rebuilt) {
        this.text = text;
        this.rebuilt = rebuilt;
    }

    @Override
    public String text() {
        return text;
    }

    /** Whether it is one of AMD's, which {@code query-sev} tells of. */
    public boolean isSev() {
        return this == SEV || this == SEV_ES || this == SEV_SNP;
    }

    /**
     * Whether QEMU 11 resets this kind by closing the KVM context and opening a new one: only guests whose vCPU state is
     * protected are rebuilt (QEMU 11.1, {@code qemu_system_reset}). A plain or SEV guest is too when the machine has {@code
     * x-change-vmfd-on-reset=on}; see {@link GuestFacts#rebuiltOnReset()}.
     */
    public boolean alwaysRebuilt() {
        return rebuilt;
    }
}
