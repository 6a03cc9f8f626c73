package io.reseal.igvm.attestation.certificate;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A certificate, and where it was read from.
 *
 * @param source the file, and the place in it where it holds more than certificates
 */
public record NamedCertificate(String source, X509Certificate certificate) {

    public String subject() {
        return certificate.getSubjectX500Principal().getName();
    }

    public String issuer() {
        return certificate.getIssuerX500Principal().getName();
    }

    /** Names its own issuer, as a root does; whether it is signed so is another question. */
    public boolean isSelfIssued() {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    public boolean names(NamedCertificate issuer) {
        return certificate.getIssuerX500Principal().equals(issuer.certificate.getSubjectX500Principal());
    }

    public boolean isAuthority() {
        return certificate.getBasicConstraints() >= 0;
    }

    /** Where they were read from, such as " of vcek.pem, chain.pem"; nothing when there are none. */
    public static String sources(List<NamedCertificate> certificates) {
        String sources =
                certificates.stream().map(NamedCertificate::source).distinct().collect(Collectors.joining(", "));
        return sources.isEmpty() ? "" : " of " + sources;
    }

    /** Such as "CN=SEV-Milan (chain.pem)". */
    @Override
    public String toString() {
        return "%s (%s)".formatted(subject(), source);
    }
}
