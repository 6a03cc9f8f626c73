package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.BitWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The guest policy that the SNP firmware enforces (AMD SEV-SNP Firmware ABI 1.58, "Guest Policy"). */
public record SnpPolicy(long bits) {

    private static final long ABI_BITS = 0xffff;

    private static final BitWords WORDS = new BitWords(Map.of(
            16, "SMT allowed",
            17, "reserved bit 17 is one",
            18, "migration agent allowed",
            19, "debug allowed",
            20, "single socket required",
            21, "CXL allowed",
            22, "AES-256-XTS required",
            23, "RAPL must be off",
            24, "ciphertext hiding required",
            25, "page swap must be off"));

    /** The smallest firmware ABI that may run the guest. */
    public int abiMajor() {
        return (int) ((bits >>> 8) & 0xff);
    }

    public int abiMinor() {
        return (int) (bits & 0xff);
    }

    public boolean smt() {
        return bit(16);
    }

    public boolean migrationAgent() {
        return bit(18);
    }

    /** The host may read the guest's memory: nothing that this guest says is secret or trustworthy. */
    public boolean debug() {
        return bit(19);
    }

    public boolean singleSocket() {
        return bit(20);
    }

    public List<String> words() {
        List<String> words = new ArrayList<>();
        words.add("ABI %d.%d or newer".formatted(abiMajor(), abiMinor()));
        words.addAll(WORDS.of(bits & ~ABI_BITS));
        return List.copyOf(words);
    }

    private boolean bit(int number) {
        return ((bits >>> number) & 1) == 1;
    }
}
