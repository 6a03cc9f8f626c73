package io.reseal.igvm.attestation;

/** Which key signed the report, and what of the keys the host hides. */
public record SnpKeyInfo(long bits) {

    /** The kinds of signing key that the firmware knows. */
    public enum SigningKey {
        VCEK,
        VLEK,
        NONE,
        UNKNOWN
    }

    public boolean authorKeyEnabled() {
        return (bits & 1) == 1;
    }

    /** The host has set MASK_CHIP_KEY: the firmware leaves the signature zero. */
    public boolean chipKeyMasked() {
        return ((bits >>> 1) & 1) == 1;
    }

    public SigningKey signingKey() {
        return switch ((int) ((bits >>> 2) & 7)) {
            case 0 -> SigningKey.VCEK;
            case 1 -> SigningKey.VLEK;
            case 7 -> SigningKey.NONE;
            default -> SigningKey.UNKNOWN;
        };
    }
}
