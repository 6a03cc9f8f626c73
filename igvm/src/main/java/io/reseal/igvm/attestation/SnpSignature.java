package io.reseal.igvm.attestation;

import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.SnpKeyInfo.SigningKey;
import java.lang.foreign.MemorySegment;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a report was signed by an AMD processor: signature, chain, and what the certificate says of the host. */
public final class SnpSignature {

    private static final List<String> NOT_JUDGED = List.of(
            "whether the ARK is AMD's: compare it with a copy from a trusted place",
            "whether AMD has revoked a certificate",
            "whether the report is fresh: compare its report data with your nonce",
            "whether the policy lets the host debug the guest: compare the policy",
            "whether the reported TCB is new enough for you");

    /** The number of significant bytes in r and in s, and the room that each has. */
    private static final int P384 = 48;

    private static final int ROOM = 72;

    private SnpSignature() {}

    /** Reads the report from the same bytes that are verified, so that the two cannot differ. */
    public static Findings check(MemorySegment bytes, SnpChain chain, Instant at) {
        SnpReport report = SnpReport.parse(bytes);
        SnpExtensions extensions = new SnpExtensions(chain.signingKey());
        List<Finding> all = new ArrayList<>();
        all.add(signature(report, bytes, chain.signingKey()));
        all.add(signingKey(report, extensions));
        all.add(chained(chain));
        all.add(root(chain.ark()));
        all.addAll(Validity.of(List.of(chain.signingKey(), chain.ask(), chain.ark()), at));
        all.add(tcb(report, extensions));
        all.add(chip(report, extensions));
        all.add(product(report, extensions));
        return new Findings(all, NOT_JUDGED);
    }

    private static Finding signature(SnpReport report, MemorySegment bytes, X509Certificate key) {
        if (report.signatureAlgorithm() != 1) {
            return Finding.failed(
                    Check.REPORT_SIGNATURE,
                    "signature algorithm is %d, expected 1 (ECDSA P-384 with SHA-384)"
                            .formatted(report.signatureAlgorithm()));
        }
        byte[] signed = new Evidence(bytes).octets(0, SnpReport.SIGNED_SIZE).bytes();
        boolean good = Crypto.onCurve(key.getPublicKey(), "secp384r1")
                && paddingIsZero(report.signature())
                && Crypto.verifies(
                        "SHA384withECDSAinP1363Format", key.getPublicKey(), signed, bigEndian(report.signature()));
        return Finding.of(
                Check.REPORT_SIGNATURE,
                good,
                "the report is signed by the certificate's key",
                "the report is not signed by the certificate's key: it was changed, or the certificate is another chip's");
    }

    /** Nothing but r and s may stand in the signature, or two different reports would verify as one. */
    private static boolean paddingIsZero(Octets signature) {
        return signature.slice(P384, ROOM - P384).isZero()
                && signature.slice(ROOM + P384, ROOM - P384).isZero()
                && signature.slice(2 * ROOM, signature.size() - 2 * ROOM).isZero();
    }

    /** The firmware writes r and s little endian; the JDK wants them big endian, one after the other. */
    private static byte[] bigEndian(Octets signature) {
        byte[] bytes = new byte[2 * P384];
        byte[] little = signature.bytes();
        for (int i = 0; i < P384; i++) {
            bytes[P384 - 1 - i] = little[i];
            bytes[2 * P384 - 1 - i] = little[ROOM + i];
        }
        return bytes;
    }

    private static Finding signingKey(SnpReport report, SnpExtensions extensions) {
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
                        : "the report names the signing key %s, and the certificate is for another kind"
                                .formatted(key));
    }

    private static Finding chained(SnpChain chain) {
        boolean byAsk = Crypto.signedByAmdRsa(chain.signingKey(), chain.ask());
        boolean byArk = Crypto.signedByAmdRsa(chain.ask(), chain.ark());
        String broken = byAsk ? "the ASK is not signed by the ARK" : "the VCEK or VLEK is not signed by the ASK";
        return Finding.of(
                Check.CHAIN,
                byAsk && byArk && chain.signingKey().getBasicConstraints() < 0,
                "the certificates form a chain up to the ARK",
                byAsk && byArk ? "the VCEK or VLEK claims to be a certificate authority" : broken);
    }

    private static Finding root(X509Certificate ark) {
        return Finding.of(
                Check.ROOT,
                Crypto.signedByAmdRsa(ark, ark),
                "the ARK is signed by itself, with RSA-4096 and RSASSA-PSS",
                "the ARK is not signed by itself with RSA-4096 and RSASSA-PSS over SHA-384");
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

    private static Finding product(SnpReport report, SnpExtensions extensions) {
        String issued = extensions.product().orElse("none");
        SnpProduct product = report.product();
        boolean known = product != SnpProduct.UNKNOWN && product != SnpProduct.LATER;
        boolean same = issued.toUpperCase(Locale.ROOT).startsWith(product.name());
        return Finding.of(
                Check.PRODUCT,
                !known || same,
                "the certificate is for %s; the report says %s".formatted(issued, product),
                "the certificate is for %s, but the report is of %s".formatted(issued, product));
    }
}
