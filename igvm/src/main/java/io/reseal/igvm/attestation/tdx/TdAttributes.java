package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.BitWords;
import java.util.List;
import java.util.Map;

/** What a trust domain may do (Intel TDX Module 1.5 Base Architecture Specification, "ATTRIBUTES"). */
public record TdAttributes(long bits) {

    private static final BitWords WORDS = new BitWords(Map.of(
            0, "debug allowed",
            27, "LASS",
            28, "SEPT_VE_DISABLE",
            29, "migration allowed",
            30, "protection keys for supervisor pages",
            31, "key locker",
            62, "TPA",
            63, "performance monitoring"));

    /** The host may read the guest's memory: nothing that this guest says is secret or trustworthy. */
    public boolean debug() {
        return bit(0);
    }

    public boolean septVeDisable() {
        return bit(28);
    }

    public boolean migratable() {
        return bit(29);
    }

    public List<String> words() {
        return WORDS.of(bits);
    }

    private boolean bit(int number) {
        return ((bits >>> number) & 1) == 1;
    }
}
