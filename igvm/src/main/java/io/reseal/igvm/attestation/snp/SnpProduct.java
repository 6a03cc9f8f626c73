package io.reseal.igvm.attestation.snp;

import java.util.Locale;

/** The processor lines that name different things in their reports. */
public enum SnpProduct {
    MILAN(Tcb.Layout.MILAN),
    GENOA(Tcb.Layout.MILAN),
    TURIN(Tcb.Layout.TURIN),
    /** Family 1Ah but no model that this version knows; its reports are laid out as Turin's. */
    LATER(Tcb.Layout.TURIN),
    /** A report of version 2 does not say; all processors that write it share Milan's layout. */
    UNKNOWN(Tcb.Layout.MILAN);

    private final Tcb.Layout layout;

    SnpProduct(Tcb.Layout layout) {
        this.layout = layout;
    }

    public Tcb.Layout layout() {
        return layout;
    }

    /** Whether this version has a name for it, so that it can be compared. */
    boolean isNamed() {
        return this != LATER && this != UNKNOWN;
    }

    /** Family and model as CPUID function 1 gives them, base and extended parts added up. */
    static SnpProduct of(SnpReport.Cpuid cpuid) {
        return switch (cpuid.family()) {
            case 0x19 -> zen3Or4(cpuid.model());
            case 0x1a -> cpuid.model() <= 0x1f ? TURIN : LATER;
            default -> cpuid.family() > 0x1a ? LATER : UNKNOWN;
        };
    }

    /** Models 10h to 1Fh are Genoa; A0h to AFh are Bergamo and Siena, which AMD signs for as Genoa. */
    private static SnpProduct zen3Or4(int model) {
        return switch (model >>> 4) {
            case 0x0 -> MILAN;
            case 0x1, 0xa -> GENOA;
            default -> UNKNOWN;
        };
    }

    /**
     * The product that AMD's certificates name: "Milan-B0" in a VCEK, "Milan" in a VLEK, "SEV-Milan", "SEV-VLEK-Milan" and
     * "ARK-Milan" above them. The stepping behind it is not that of CPUID: AMD has signed "Milan-B0" for stepping B1.
     */
    static SnpProduct named(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.contains("milan")) {
            return MILAN;
        }
        if (name.contains("turin")) {
            return TURIN;
        }
        boolean genoa = name.contains("genoa") || name.contains("bergamo") || name.contains("siena");
        return genoa ? GENOA : UNKNOWN;
    }
}
