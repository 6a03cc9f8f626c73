package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.CertificateTable;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.FoundEvidence.Kind;
import io.reseal.igvm.attestation.snp.SnpReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A file that begins like an SNP report: the report, and what may stand behind it. */
record SnpFile(String source, Octets bytes) {

    private static final int SIZE = (int) SnpReport.SIZE;
    private static final int PAGE = 4096;
    private static final int SIGNATURE_ALGORITHM = 0x34;

    /** Later versions are recognised too, so that their reader can say that it is too old for them. */
    private static final int LAST_VERSION = 64;

    private static final int LAST_ALGORITHM = 8;

    static boolean is(Octets bytes) {
        if (bytes.size() < Integer.BYTES) {
            return false;
        }
        AttestationEvidence report = AttestationEvidence.of(bytes);
        boolean version = report.u32(0) >= 1 && report.u32(0) <= LAST_VERSION;
        return version
                && (bytes.size() < SIGNATURE_ALGORITHM + Integer.BYTES
                        || report.u32(SIGNATURE_ALGORITHM) <= LAST_ALGORITHM);
    }

    FoundEvidence evidence() {
        if (bytes.size() < SIZE) {
            return wrongSize();
        }
        FoundEvidence report = FoundEvidence.bare(Kind.SNP_REPORT, bytes.slice(0, SIZE));
        Octets rest = bytes.slice(SIZE, bytes.size() - SIZE);
        if (rest.isPadding()) {
            return rest.size() == 0 ? report : report.in("padding behind it");
        }
        Octets page = bytes.size() > PAGE ? bytes.slice(PAGE, bytes.size() - PAGE) : rest;
        for (Octets tail : List.of(rest, page)) {
            CertificateTable table = new CertificateTable(source, tail);
            if (table.isOne()) {
                return with(table, report).in("certificates behind it (SNP_GET_EXT_REPORT)");
            }
        }
        if (OperatorCertificates.looksLike(rest)) {
            return report.with(OperatorCertificates.parse(source, rest)).in("certificates behind it");
        }
        return wrongSize();
    }

    /** A certificate that cannot be read becomes a remark: the report is judged without it. */
    private static FoundEvidence with(CertificateTable table, FoundEvidence report) {
        List<String> remarks = new ArrayList<>();
        List<NamedCertificate> certificates = table.read(fault -> remarks.add(String.valueOf(fault.getMessage())));
        return report.with(certificates).remarking(remarks);
    }

    /** All fields stand before the signature: they can be shown when only that is cut. */
    private FoundEvidence wrongSize() {
        String fault = "begins like a report, but has %d bytes, and a report has %d%s"
                .formatted(
                        bytes.size(),
                        SIZE,
                        bytes.size() < SIZE ? "" : "; behind it may stand zeros, a line end or its certificates");
        if (bytes.size() < SnpReport.SIGNED_SIZE) {
            throw AttestationException.wrongSize(fault);
        }
        return FoundEvidence.faulty(Kind.SNP_REPORT, Octets.of(Arrays.copyOf(bytes.bytes(), SIZE)), fault);
    }
}
