package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import java.lang.foreign.MemorySegment;

/**
 * A SEV-SNP attestation report of version 2 to 5 (AMD SEV-SNP Firmware ABI 1.58, table "ATTESTATION_REPORT"). Reading it
 * proves nothing: whether its words are the firmware's is for {@link SnpSignature}.
 *
 * <p>The report id is random at each launch, so it tells a rebuilt guest from one that was never launched again.
 * The processor is all zero before version 3. Version 4, which firmware 1.55.31 writes, is laid out as version 3. The mitigation
 * vectors are zero before version 5.
 */
public record SnpReport(
        int version,
        long guestSvn,
        SnpPolicy policy,
        Octets familyId,
        Octets imageId,
        long vmpl,
        long signatureAlgorithm,
        Tcb currentTcb,
        SnpPlatform platform,
        KeyInfo keyInfo,
        Octets reportData,
        Octets measurement,
        Octets hostData,
        Octets idKeyDigest,
        Octets authorKeyDigest,
        Octets reportId,
        Octets migrationAgentReportId,
        Tcb reportedTcb,
        Cpuid cpuid,
        Octets chipId,
        Tcb committedTcb,
        SnpFirmwareVersion currentFirmware,
        SnpFirmwareVersion committedFirmware,
        Tcb launchTcb,
        long launchMitigations,
        long currentMitigations,
        Octets signature) {

    /** The size of every version. */
    public static final long SIZE = 0x4a0;

    private static final int OLDEST = 2;
    private static final int NEWEST = 5;

    /** The first byte that the signature does not cover. */
    public static final int SIGNED_SIZE = 0x2a0;

    public static SnpReport parse(MemorySegment bytes) {
        if (bytes.byteSize() != SIZE) {
            throw new AttestationException(Code.SIZE, 0, bytes.byteSize() + " bytes", "a report of exactly 1184 bytes");
        }
        AttestationEvidence report = new AttestationEvidence(bytes);
        long version = report.u32(0);
        if (version < OLDEST || version > NEWEST) {
            throw AttestationException.version(version, "a report of version 2 to 5", NEWEST);
        }
        Cpuid cpuid =
                version < 3 ? new Cpuid(0, 0, 0) : new Cpuid(report.u8(0x188), report.u8(0x189), report.u8(0x18a));
        return fields(report, (int) version, cpuid);
    }

    private static SnpReport fields(AttestationEvidence report, int version, Cpuid cpuid) {
        Tcb.Layout layout = SnpProduct.of(cpuid).layout();
        return new SnpReport(
                version,
                report.u32(0x04),
                new SnpPolicy(report.u64(0x08)),
                report.octets(0x10, 16),
                report.octets(0x20, 16),
                report.u32(0x30),
                report.u32(0x34),
                new Tcb(report.u64(0x38), layout),
                new SnpPlatform(report.u64(0x40)),
                new KeyInfo(report.u32(0x48)),
                report.octets(0x50, 64),
                report.octets(0x90, 48),
                report.octets(0xc0, 32),
                report.octets(0xe0, 48),
                report.octets(0x110, 48),
                report.octets(0x140, 32),
                report.octets(0x160, 32),
                new Tcb(report.u64(0x180), layout),
                cpuid,
                report.octets(0x1a0, 64),
                new Tcb(report.u64(0x1e0), layout),
                firmware(report, 0x1e8),
                firmware(report, 0x1ec),
                new Tcb(report.u64(0x1f0), layout),
                version < 5 ? 0 : report.u64(0x1f8),
                version < 5 ? 0 : report.u64(0x200),
                report.octets(SIGNED_SIZE, 512));
    }

    private static SnpFirmwareVersion firmware(AttestationEvidence report, long offset) {
        return new SnpFirmwareVersion(report.u8(offset + 2), report.u8(offset + 1), report.u8(offset));
    }

    public SnpProduct product() {
        return SnpProduct.of(cpuid);
    }

    /** The processor as reports of version 3 and later name it; all zero before. */
    public record Cpuid(int family, int model, int stepping) {}

    /** Which key signed the report, and what of the keys the host hides. */
    public record KeyInfo(long bits) {

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
}
