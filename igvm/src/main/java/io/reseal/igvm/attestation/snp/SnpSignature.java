package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.AttestationFindings;
import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.snp.SnpReport.KeyInfo.SigningKey;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a report was signed by an AMD processor: signature, chain, and what the certificate says of the host. */
public final class SnpSignature {

    private static final List<String> NOT_JUDGED = List.of(
            "whether the ARK is AMD's: compare it with a copy from a trusted place",
            "whether AMD has revoked a certificate",
            "whether the report is fresh: compare its report data with your nonce",
            "whether the policy lets the host debug the guest: compare the policy",
            "whether the reported TCB is new enough for you");

    private SnpSignature() {}

    /**
     * Finds the chain among certificates of any order and checks the report with it. Reads the report from the same bytes
     * that are verified, so that the two cannot differ.
     */
    public static AttestationFindings check(MemorySegment bytes, List<NamedCertificate> certificates, Instant at) {
        SignedReport report = SignedReport.parse(bytes);
        List<Finding> all = new ArrayList<>();
        SnpCertificateChain.of(report, certificates)
                .ifPresentOrElse(
                        chain -> all.addAll(findings(report, chain, at)),
                        () -> all.add(Finding.failed(
                                Check.SIGNING_KEY,
                                "none of the certificates%s is a VCEK or VLEK: add that of the report's chip and TCB"
                                        .formatted(NamedCertificate.sources(certificates)))));
        return new AttestationFindings(all, NOT_JUDGED);
    }

    private static List<Finding> findings(SignedReport signed, SnpCertificateChain chain, Instant at) {
        SnpReport report = signed.report();
        SnpExtensions extensions = new SnpExtensions(chain.signingKey().certificate());
        List<Finding> all = new ArrayList<>();
        all.add(signature(signed, chain.signingKey()));
        all.add(signingKey(report, chain.signingKey()));
        all.addAll(chain.findings(at));
        all.add(tcb(report, extensions));
        all.add(chip(report, extensions));
        all.add(new ProductCheck(report, chain).finding());
        return all;
    }

    private static Finding signature(SignedReport signed, NamedCertificate key) {
        long algorithm = signed.report().signatureAlgorithm();
        if (algorithm != 1) {
            return Finding.failed(
                    Check.REPORT_SIGNATURE,
                    "signature algorithm is %d, expected 1 (ECDSA P-384 with SHA-384)".formatted(algorithm));
        }
        return Finding.of(
                Check.REPORT_SIGNATURE,
                signed.isSignedBy(key),
                "the report is signed by the certificate's key",
                "the report is not signed by the key of %s: it was changed, or the certificate is another chip's"
                        .formatted(key));
    }

    private static Finding signingKey(SnpReport report, NamedCertificate certificate) {
        SnpExtensions extensions = new SnpExtensions(certificate.certificate());
        SigningKey key = report.keyInfo().signingKey();
        boolean fits = switch (key) {
            case VCEK -> extensions.isVcek();
            case VLEK -> extensions.isVlek();
            case NONE, UNKNOWN -> false;
        };
        return Finding.of(
                Check.SIGNING_KEY,
                fits && !report.keyInfo().chipKeyMasked(),
                "the report names a %s, and the certificate is one".formatted(key),
                report.keyInfo().chipKeyMasked()
                        ? "the host hides its chip key (MASK_CHIP_KEY), so its reports are not signed"
                        : "the report names the signing key %s, and the certificate, %s, is for another kind"
                                .formatted(key, certificate));
    }

    private static Finding tcb(SnpReport report, SnpExtensions extensions) {
        List<String> differences = extensions.differences(report.reportedTcb());
        return Finding.of(
                Check.TCB,
                differences.isEmpty(),
                "the certificate is for the reported TCB: " + report.reportedTcb(),
                String.join("; ", differences));
    }

    /** With MASK_CHIP_ID the firmware reports zeros; the VCEK itself, unique to a chip, still binds the report to it. */
    private static Finding chip(SnpReport report, SnpExtensions extensions) {
        if (report.chipId().isZero()) {
            return Finding.ok(
                    Check.CHIP_ID, "the host hides its chip id (MASK_CHIP_ID); only the signing key binds it");
        }
        Optional<Octets> issued = extensions.chipId();
        if (issued.isEmpty()) {
            return Finding.of(
                    Check.CHIP_ID,
                    extensions.isVlek(),
                    "a VLEK names no chip",
                    "the certificate names no chip, and it is no VLEK");
        }
        int size = issued.get().size();
        boolean same = (size == 8 || size == 64)
                && report.chipId().startsWith(issued.get())
                && report.chipId().slice(size, 64 - size).isZero();
        return Finding.of(
                Check.CHIP_ID,
                same,
                "the certificate is for the reported chip",
                "the report is of chip %s, the certificate for %s".formatted(report.chipId(), issued.get()));
    }
}
