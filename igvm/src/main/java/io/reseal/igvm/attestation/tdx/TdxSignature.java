package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationFindings;
import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.Certificates;
import io.reseal.igvm.attestation.certificate.Crypto;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.certificate.Validity;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a quote was signed on an Intel platform: quote, attestation key, quoting enclave, PCK chain. The quote's own
 * signature alone proves nothing, since anybody can make an attestation key: each check hangs on those after it.
 */
public final class TdxSignature {

    private static final List<String> NOT_JUDGED = List.of(
            "whether the root is Intel's: compare it with a copy from a trusted place",
            "whether Intel has revoked a certificate",
            "whether TDX module, platform TCB and quoting enclave are genuine and up to date: that takes Intel's signed"
                    + " TCB info and QE identity, so these findings alone are not full trust",
            "whether the attributes let the host debug the guest: compare the attributes",
            "whether the quote is fresh: compare its report data with your nonce");

    /** A PCK, one certificate authority and the root; Intel's chains are never longer. */
    private static final int LONGEST_CHAIN = 3;

    private TdxSignature() {}

    /**
     * Checks the quote with the root among the certificates given, which may have any order. Reads the quote from the same
     * bytes that are verified, so that the two cannot differ.
     */
    public static AttestationFindings check(MemorySegment bytes, List<NamedCertificate> given, Instant at) {
        TdxQuote quote = TdxQuote.parse(bytes);
        List<Finding> all = new ArrayList<>();
        all.add(quoteSignature(quote, bytes));
        switch (quote.certification()) {
            case TdxCertification.QeReport qe -> {
                all.add(binding(quote, qe));
                all.addAll(pck(qe, given, at));
            }
            case TdxCertification.PckChain _, TdxCertification.Other _ ->
                all.add(Finding.failed(Check.QE_BINDING, "the quote holds no report of its quoting enclave"));
        }
        return new AttestationFindings(all, NOT_JUDGED);
    }

    private static Finding quoteSignature(TdxQuote quote, MemorySegment bytes) {
        byte[] signed =
                new AttestationEvidence(bytes).octets(0, quote.signedSize()).bytes();
        return Finding.of(
                Check.QUOTE_SIGNATURE,
                Crypto.verifiesP256(
                        quote.attestationKey().bytes(),
                        signed,
                        quote.signature().bytes()),
                "header and body are signed by the quote's own attestation key",
                "header and body are not signed by the quote's own attestation key: the quote was changed");
    }

    /** The quoting enclave puts SHA-256(attestation key, authentication data) into its report data, then 32 zeros. */
    private static Finding binding(TdxQuote quote, TdxCertification.QeReport qe) {
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        named.writeBytes(quote.attestationKey().bytes());
        named.writeBytes(qe.authData().bytes());
        byte[] expected = Arrays.copyOf(Crypto.sha256(named.toByteArray()), 64);
        return Finding.of(
                Check.QE_BINDING,
                qe.reportData().equals(Octets.of(expected)),
                "the quoting enclave's report names the attestation key",
                "the quoting enclave's report names another attestation key");
    }

    private static List<Finding> pck(TdxCertification.QeReport qe, List<NamedCertificate> given, Instant at) {
        if (!(qe.pck() instanceof TdxCertification.PckChain(Octets pem))) {
            return List.of(Finding.failed(
                    Check.CHAIN, "the quote brings no PCK certificates (type 5), only identifiers to ask Intel with"));
        }
        try {
            List<NamedCertificate> brought = Certificates.parse(pem).stream()
                    .map(each -> new NamedCertificate("the quote", each))
                    .toList();
            return root(brought.getLast(), given)
                    .map(root -> chain(qe, brought, root, at))
                    .orElseGet(() -> List.of(Finding.failed(
                            Check.ROOT,
                            "none of the certificates%s is a root, signed by itself: give Intel's SGX root"
                                    .formatted(NamedCertificate.sources(given)))));
        } catch (AttestationException e) {
            return List.of(Finding.failed(Check.CHAIN, "the PCK certificates cannot be read: " + e.getMessage()));
        }
    }

    /** What was given may hold all of a chain, and roots of others; the quote's own root is not trusted for being there. */
    private static Optional<NamedCertificate> root(NamedCertificate last, List<NamedCertificate> given) {
        return given.stream().filter(NamedCertificate::isSelfIssued).max(Comparator.comparing(last::names));
    }

    private static List<Finding> chain(
            TdxCertification.QeReport qe, List<NamedCertificate> found, NamedCertificate root, Instant at) {
        List<NamedCertificate> chain = new ArrayList<>(found);
        if (chain.getLast().certificate().equals(root.certificate())) {
            chain.removeLast();
        }
        chain.add(root);
        X509Certificate leaf = chain.getFirst().certificate();
        List<Finding> all = new ArrayList<>();
        all.add(Finding.of(
                Check.QE_SIGNATURE,
                Crypto.onCurve(leaf.getPublicKey(), "secp256r1")
                        && Crypto.verifies(
                                "SHA256withECDSAinP1363Format",
                                leaf.getPublicKey(),
                                qe.report().bytes(),
                                qe.signature().bytes()),
                "the quoting enclave's report is signed by the PCK",
                "the quoting enclave's report is not signed by the PCK"));
        all.add(chained(chain));
        all.add(Finding.of(
                Check.ROOT,
                Crypto.signedByP256(root.certificate(), root.certificate()),
                "the root is signed by itself",
                "the root that was given, %s, is not signed by itself with ECDSA P-256".formatted(root)));
        all.addAll(Validity.of(chain, at));
        return all;
    }

    private static Finding chained(List<NamedCertificate> chain) {
        boolean good = chain.size() > 1
                && chain.size() <= LONGEST_CHAIN
                && !chain.getFirst().isAuthority();
        for (int i = 0; good && i + 1 < chain.size(); i++) {
            good = Crypto.signedByP256(
                    chain.get(i).certificate(), chain.get(i + 1).certificate());
        }
        return Finding.of(
                Check.CHAIN,
                good,
                "the PCK certificates form a chain up to the root that was given",
                "the PCK certificates form no chain up to the root that was given, " + chain.getLast());
    }
}
