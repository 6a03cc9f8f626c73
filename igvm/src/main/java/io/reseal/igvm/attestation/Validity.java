package io.reseal.igvm.attestation;

import io.reseal.igvm.attestation.Finding.Check;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Whether certificates are in force at a moment that the caller names. */
final class Validity {

    private Validity() {}

    static List<Finding> of(List<X509Certificate> certificates, Instant at) {
        return certificates.stream().map(certificate -> of(certificate, at)).toList();
    }

    private static Finding of(X509Certificate certificate, Instant at) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        String words = "%s is valid from %s to %s"
                .formatted(certificate.getSubjectX500Principal().getName(), from, to);
        boolean inForce = !at.isBefore(from) && !at.isAfter(to);
        return Finding.of(Check.VALIDITY, inForce, words, words + ", not at " + at);
    }
}
