package io.reseal.igvm.attestation.certificate;

import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import java.time.Instant;
import java.util.List;

/** Whether certificates are in force at a moment that the caller names. */
public final class Validity {

    private Validity() {}

    public static List<Finding> of(List<NamedCertificate> certificates, Instant at) {
        return certificates.stream().map(certificate -> of(certificate, at)).toList();
    }

    private static Finding of(NamedCertificate named, Instant at) {
        Instant from = named.certificate().getNotBefore().toInstant();
        Instant to = named.certificate().getNotAfter().toInstant();
        String words = "%s is valid from %s to %s".formatted(named, from, to);
        boolean inForce = !at.isBefore(from) && !at.isAfter(to);
        return Finding.of(Check.VALIDITY, inForce, words, words + ", not at " + at);
    }
}
