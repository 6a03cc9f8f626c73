package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.BitWords;
import java.util.List;
import java.util.Map;

/** How the host was set up when the report was made (AMD SEV-SNP Firmware ABI 1.58, "PLATFORM_INFO"). */
public record SnpPlatform(long bits) {

    private static final BitWords WORDS = new BitWords(Map.of(
            0, "SMT on",
            1, "transparent memory encryption on",
            2, "ECC memory",
            3, "RAPL off",
            4, "ciphertext hiding on",
            5, "alias check complete",
            7, "trusted I/O on"));

    public boolean smt() {
        return (bits & 1) == 1;
    }

    public List<String> words() {
        return WORDS.of(bits);
    }
}
