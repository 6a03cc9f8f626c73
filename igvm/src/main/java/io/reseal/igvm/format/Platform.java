package io.reseal.igvm.format;

import java.util.Optional;

/** What a part of the file is for; the constant's place is its number in the file. */
public enum Platform {
    NATIVE,
    VSM_ISOLATION,
    SEV_SNP,
    TDX,
    SEV,
    SEV_ES,
    CCA;

    static Optional<Platform> of(int number) {
        return number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }

    /** CCA is Arm's, VSM is on both, all others are x64's. */
    boolean runsOn(Architecture architecture) {
        return switch (this) {
            case VSM_ISOLATION -> true;
            case CCA -> architecture == Architecture.AARCH64;
            case NATIVE, SEV_SNP, TDX, SEV, SEV_ES -> architecture == Architecture.X64;
        };
    }

    /** Whether the VP context in the file is a VMSA page (AMD APM volume 2, appendix B). */
    public boolean hasVmsa() {
        return this == SEV_SNP || this == SEV_ES;
    }
}
