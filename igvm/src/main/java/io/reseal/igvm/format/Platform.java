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

    public static Optional<Platform> of(int number) {
        return number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }

    /** CCA is Arm's, VSM is on both, all others are x64's. */
    public boolean runsOn(Architecture architecture) {
        return switch (this) {
            case VSM_ISOLATION -> true;
            case CCA -> architecture == Architecture.AARCH64;
            case NATIVE, SEV_SNP, TDX, SEV, SEV_ES -> architecture == Architecture.X64;
        };
    }

    /** Of the guest. Format 1 is x64 always; format 2 says 0 for X64, 1 for AARCH64. */
    public enum Architecture {
        X64,
        AARCH64
    }
}
