package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;

/** Reads the certification data of a quote, which must end exactly where the quote's length says. */
record CertificationReader(AttestationEvidence quote, long end) {

    private static final int REPORT = 384;
    private static final int SIGNATURE = 64;
    private static final int HEAD = 6;

    /** Since version 4 the outer data is the quoting enclave's report; the PCK's data stands within. */
    TdxCertification outer(long at) {
        int type = quote.u16(at);
        if (type != TdxCertification.QeReport.TYPE) {
            throw new AttestationException(
                    Code.CERTIFICATION_TYPE, at, "certification data type " + type, "type 6 (QE report)");
        }
        TdxQuote.exactly(quote.u32(at + 2), end - at - HEAD, at + 2);
        long report = at + HEAD;
        long auth = report + REPORT + SIGNATURE;
        int authSize = quote.u16(auth);
        return new TdxCertification.QeReport(
                quote.octets(report, REPORT),
                quote.octets(report + REPORT, SIGNATURE),
                quote.octets(auth + 2, authSize),
                inner(auth + 2 + authSize));
    }

    private TdxCertification inner(long at) {
        int type = quote.u16(at);
        if (type < 1 || type > 7 || type == TdxCertification.QeReport.TYPE) {
            throw new AttestationException(
                    Code.CERTIFICATION_TYPE, at, "certification data type " + type, "type 1 to 5 or 7 within type 6");
        }
        long size = quote.u32(at + 2);
        TdxQuote.exactly(size, end - at - HEAD, at + 2);
        Octets data = quote.octets(at + HEAD, size);
        return type == TdxCertification.PckChain.TYPE
                ? new TdxCertification.PckChain(data)
                : new TdxCertification.Other(type, data);
    }
}
