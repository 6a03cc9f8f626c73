package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.snp.SnpReport;

/** MSG_REPORT_RSP, which older drivers hand out whole: status, size and 24 reserved bytes before the report. */
final class ReportResponse {

    private static final int HEAD = 0x20;

    private ReportResponse() {}

    static boolean is(Octets bytes) {
        if (bytes.size() < HEAD + SnpReport.SIZE) {
            return false;
        }
        AttestationEvidence response = AttestationEvidence.of(bytes);
        return response.u32(0) == 0 && response.u32(4) == SnpReport.SIZE && SnpFile.is(report(bytes));
    }

    static Octets report(Octets bytes) {
        return bytes.slice(HEAD, (int) SnpReport.SIZE);
    }
}
