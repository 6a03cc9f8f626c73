package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.Crypto;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import java.lang.foreign.MemorySegment;

/** A report with the bytes it was read from, so that what is shown is what was signed. */
record SignedReport(SnpReport report, Octets signed) {

    /** The number of significant bytes in r and in s, and the room that each has. */
    private static final int P384 = 48;

    private static final int ROOM = 72;

    static SignedReport parse(MemorySegment bytes) {
        return new SignedReport(
                SnpReport.parse(bytes), new AttestationEvidence(bytes).octets(0, SnpReport.SIGNED_SIZE));
    }

    boolean isSignedBy(NamedCertificate key) {
        return Crypto.onCurve(key.certificate().getPublicKey(), "secp384r1")
                && paddingIsZero(report.signature())
                && Crypto.verifies(
                        "SHA384withECDSAinP1363Format",
                        key.certificate().getPublicKey(),
                        signed.bytes(),
                        bigEndian(report.signature()));
    }

    boolean isForItsChip(NamedCertificate key) {
        return new SnpExtensions(key.certificate())
                .chipId()
                .filter(chip -> report.chipId().startsWith(chip))
                .isPresent();
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
}
