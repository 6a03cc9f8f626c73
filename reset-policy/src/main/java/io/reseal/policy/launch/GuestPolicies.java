package io.reseal.policy.launch;

import io.reseal.policy.GuestKind;

/** Guest policies of the SEV kinds, and attributes of a TD: bits that are fixed at each launch. */
public final class GuestPolicies {
    /** SNP guest policy, bit 19 (SNP firmware ABI). */
    private static final long SNP_DEBUG = 1L << 19;

    /** Policy of SEV and SEV-ES, bit 0 (SEV API): debugging is not allowed. */
    private static final long SEV_NO_DEBUG = 1L;

    /** Attributes of a TD, bit 0 (TDX module ABI). */
    private static final long TD_DEBUG = 1L;

    public static String hex(long bits) {
        return "0x" + Long.toHexString(bits);
    }

    /** Whether the host may read and write the memory of a guest that is launched with these bits. */
    public static boolean debuggable(GuestKind kind, String bits) {
        if (!bits.matches("0x[0-9a-f]{1,16}")) {
            return false;
        }
        long set = Long.parseUnsignedLong(bits.substring(2), 16);
        return switch (kind) {
            case PLAIN -> false;
            case SEV, SEV_ES -> (set & SEV_NO_DEBUG) == 0;
            case SEV_SNP -> (set & SNP_DEBUG) != 0;
            case TDX -> (set & TD_DEBUG) != 0;
        };
    }

    private GuestPolicies() {}
}
