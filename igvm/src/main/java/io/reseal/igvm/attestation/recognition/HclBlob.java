package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.recognition.FoundEvidence.Kind;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.tdx.TdReport;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * What Azure's paravisor puts into the vTPM (NV index 01400001h): a header of 32 bytes, the report in room for the larger of
 * both kinds, and the runtime data whose hash is in the report data (Azure's guest attestation, "HCL report").
 */
record HclBlob(Octets bytes) {

    private static final Octets MAGIC = Octets.ofHex("48434c41");
    private static final int HEAD = 0x20;
    private static final int SNP_SIZE = (int) SnpReport.SIZE;
    private static final int REQUEST = HEAD + SNP_SIZE;
    private static final int HASH_TYPE = REQUEST + 12;
    private static final int DATA_SIZE = REQUEST + 16;
    private static final int DATA = REQUEST + 20;

    static boolean is(Octets bytes) {
        return bytes.startsWith(MAGIC);
    }

    FoundEvidence evidence() {
        String name = "Azure HCL blob of %d bytes".formatted(bytes.size());
        int head = Math.min(HEAD, bytes.size());
        Octets report = bytes.slice(head, Math.min(SNP_SIZE, bytes.size() - head));
        if (SnpFile.is(report) && report.size() == SNP_SIZE) {
            return FoundEvidence.bare(Kind.SNP_REPORT, report).in(name).remarking(remarks(report.slice(0x50, 64)));
        }
        if (TdReport.is(report)) {
            Octets only = TdReport.only(report);
            return FoundEvidence.bare(Kind.TD_REPORT, only).in(name).remarking(remarks(only.slice(0x80, 64)));
        }
        throw AttestationException.wrongSize(
                "begins like an Azure HCL blob, but holds no whole report at 20h; it has %d bytes"
                        .formatted(bytes.size()));
    }

    /** The keys of the vTPM stand in the runtime data: without the hash, anybody may have put them there. */
    private List<String> remarks(Octets reportData) {
        if (bytes.size() < DATA) {
            return List.of();
        }
        AttestationEvidence blob = AttestationEvidence.of(bytes);
        long size = blob.u32(DATA_SIZE);
        Optional<String> algorithm = algorithm(blob.u32(HASH_TYPE));
        if (size == 0 || algorithm.isEmpty()) {
            return List.of();
        }
        if (size > bytes.size() - DATA) {
            return List.of("the runtime data of the HCL blob is cut short: %d of %d bytes"
                    .formatted(bytes.size() - DATA, size));
        }
        Octets data = bytes.slice(DATA, (int) size);
        return reportData.startsWith(digest(algorithm.orElseThrow(), data))
                ? List.of()
                : List.of(
                        "the report data does not hold the %s of the HCL blob's runtime data: the report does not vouch for it"
                                .formatted(algorithm.orElseThrow()));
    }

    private static Optional<String> algorithm(long type) {
        return switch ((int) type) {
            case 1 -> Optional.of("SHA-256");
            case 2 -> Optional.of("SHA-384");
            case 3 -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }

    private static Octets digest(String algorithm, Octets data) {
        try {
            return Octets.of(MessageDigest.getInstance(algorithm).digest(data.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
