package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.Octets;

/** What a quote brings along to show whose attestation key signed it. */
public sealed interface TdxCertification {

    /** Type 6: the quoting enclave's report, which names the attestation key, signed by the platform's PCK. */
    record QeReport(Octets report, Octets signature, Octets authData, TdxCertification pck)
            implements TdxCertification {

        static final int TYPE = 6;

        /** Where an SGX enclave report holds its report data. */
        private static final int REPORT_DATA = 320;

        Octets reportData() {
            return report.slice(REPORT_DATA, 64);
        }
    }

    /** Type 5: the PCK certificate and those above it, as PEM text. */
    record PckChain(Octets pem) implements TdxCertification {

        static final int TYPE = 5;
    }

    /** Types 1 to 4 and 7: identifiers with which Intel's service would have to be asked; nothing to check here. */
    record Other(int type, Octets data) implements TdxCertification {}
}
