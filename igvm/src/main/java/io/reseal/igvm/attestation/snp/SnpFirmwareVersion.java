package io.reseal.igvm.attestation.snp;

/** A version of the SNP firmware. */
public record SnpFirmwareVersion(int major, int minor, int build) {

    @Override
    public String toString() {
        return "%d.%d build %d".formatted(major, minor, build);
    }
}
