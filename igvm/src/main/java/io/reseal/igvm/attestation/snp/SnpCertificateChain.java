package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.certificate.Crypto;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.certificate.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The certificates for one host's reports: its VCEK or VLEK, the ASK or ASVK that signed it, and AMD's root. Whether the
 * ARK is AMD's own is for the caller to know; here it is only held to be self-signed.
 */
public record SnpCertificateChain(
        NamedCertificate signingKey, Optional<NamedCertificate> ask, Optional<NamedCertificate> ark) {

    /**
     * Finds the chain in certificates of any order, among which may be others: expired ones, those of other chips and of
     * other processor lines.
     *
     * @return empty when there is no VCEK or VLEK
     */
    static Optional<SnpCertificateChain> of(SignedReport report, List<NamedCertificate> all) {
        return signingKey(report, all).map(key -> {
            Optional<NamedCertificate> ask = issuer(key, all);
            Optional<NamedCertificate> ark = ask.flatMap(found -> issuer(found, all));
            return new SnpCertificateChain(key, ask, ark);
        });
    }

    /** The one that signed the report; where none did, one for its chip, so that the checks can say what is wrong. */
    private static Optional<NamedCertificate> signingKey(SignedReport report, List<NamedCertificate> all) {
        Comparator<NamedCertificate> better = Comparator.<NamedCertificate, Boolean>comparing(report::isSignedBy)
                .thenComparing(each -> report.isForItsChip(each));
        return all.stream()
                .filter(each -> !each.isSelfIssued())
                .filter(each -> new SnpExtensions(each.certificate()).isSigningKey())
                .max(better);
    }

    /** The issuer by name; among several of one name, which AMD's renewed certificates are, the one whose key signed. */
    private static Optional<NamedCertificate> issuer(NamedCertificate child, List<NamedCertificate> all) {
        return all.stream()
                .filter(child::names)
                .max(Comparator.comparing(each -> Crypto.signedByAmdRsa(child.certificate(), each.certificate())));
    }

    List<NamedCertificate> certificates() {
        List<NamedCertificate> certificates = new ArrayList<>();
        certificates.add(signingKey);
        ask.ifPresent(certificates::add);
        ark.ifPresent(certificates::add);
        return List.copyOf(certificates);
    }

    List<Finding> findings(Instant at) {
        List<Finding> all = new ArrayList<>();
        all.add(chained());
        ark.ifPresent(root -> all.add(root(root)));
        all.addAll(Validity.of(certificates(), at));
        return all;
    }

    private Finding chained() {
        List<String> faults = new ArrayList<>();
        if (signingKey.isAuthority()) {
            faults.add("the VCEK or VLEK, %s, claims to be a certificate authority".formatted(signingKey));
        }
        link("ASK or ASVK", signingKey, ask).ifPresent(faults::add);
        ask.flatMap(found -> link("ARK", found, ark)).ifPresent(faults::add);
        return Finding.of(
                Check.CHAIN,
                faults.isEmpty(),
                "the certificates form a chain up to the ARK",
                String.join("; ", faults));
    }

    private static Optional<String> link(String role, NamedCertificate child, Optional<NamedCertificate> parent) {
        if (parent.isEmpty()) {
            return Optional.of("the %s is missing: no certificate is of %s, which issued %s"
                    .formatted(role, child.issuer(), child));
        }
        boolean signed =
                Crypto.signedByAmdRsa(child.certificate(), parent.orElseThrow().certificate());
        return signed
                ? Optional.empty()
                : Optional.of("%s is not signed by the %s, %s".formatted(child, role, parent.orElseThrow()));
    }

    private static Finding root(NamedCertificate ark) {
        return Finding.of(
                Check.ROOT,
                Crypto.signedByAmdRsa(ark.certificate(), ark.certificate()),
                "the ARK is signed by itself, with RSA-4096 and RSASSA-PSS",
                "the ARK, %s, is not signed by itself with RSA-4096 and RSASSA-PSS over SHA-384".formatted(ark));
    }
}
