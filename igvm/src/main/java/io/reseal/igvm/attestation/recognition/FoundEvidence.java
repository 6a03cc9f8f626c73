package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evidence as it was found in a file.
 *
 * @param bytes the evidence alone
 * @param wrappings what it was wrapped in, the outermost first, in words
 * @param certificates those that came with it; nothing is known of who put them there
 * @param remarks what is odd about the wrappings, though the evidence can be read
 * @param fault why it cannot be judged, though its fields can be shown: bytes are missing or too many
 */
public record FoundEvidence(
        Kind kind,
        Octets bytes,
        List<String> wrappings,
        List<NamedCertificate> certificates,
        List<String> remarks,
        Optional<String> fault) {

    /** What it is. */
    public enum Kind {
        SNP_REPORT("SEV-SNP attestation report"),
        TDX_QUOTE("TDX quote"),
        /** Of an enclave; nothing that a confidential guest has. */
        SGX_QUOTE("SGX quote"),
        /** What a quoting enclave makes a quote of: it carries no signature, but a MAC that only its own processor can check. */
        TD_REPORT("TDREPORT");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }

        /** Whether a verifier elsewhere can find out who made it. */
        public boolean isSigned() {
            return this == SNP_REPORT || this == TDX_QUOTE;
        }
    }

    public FoundEvidence {
        wrappings = List.copyOf(wrappings);
        certificates = List.copyOf(certificates);
        remarks = List.copyOf(remarks);
    }

    static FoundEvidence bare(Kind kind, Octets bytes) {
        return new FoundEvidence(kind, bytes, List.of(), List.of(), List.of(), Optional.empty());
    }

    /** Of a wrong size, cut or filled up with zeros to the right one. */
    static FoundEvidence faulty(Kind kind, Octets bytes, String fault) {
        return new FoundEvidence(kind, bytes, List.of(), List.of(), List.of(), Optional.of(fault));
    }

    /** The same, in one more wrapping. */
    public FoundEvidence in(String wrapping) {
        List<String> all = new ArrayList<>(List.of(wrapping));
        all.addAll(wrappings);
        return new FoundEvidence(kind, bytes, all, certificates, remarks, fault);
    }

    /** The same, with certificates that came beside it. */
    public FoundEvidence with(List<NamedCertificate> more) {
        List<NamedCertificate> all = new ArrayList<>(certificates);
        all.addAll(more);
        return new FoundEvidence(kind, bytes, wrappings, all, remarks, fault);
    }

    /** The same, with remarks. */
    public FoundEvidence remarking(List<String> more) {
        List<String> all = new ArrayList<>(remarks);
        all.addAll(more);
        return new FoundEvidence(kind, bytes, wrappings, certificates, all, fault);
    }
}
