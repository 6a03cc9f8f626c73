package io.reseal.igvm.attestation.certificate;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Certificates as AMD and Intel hand them out: one in DER, or some in PEM. Stricter than most readers: anything that could
 * be changed without changing a certificate is refused, so that a quote has one spelling only.
 */
public final class Certificates {

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
    private static final String END = "\n-----END CERTIFICATE-----";
    private static final int MOST = 8;

    private Certificates() {}

    /** One certificate in DER or up to eight in PEM, in the order given. */
    public static List<X509Certificate> parse(Octets text) {
        byte[] bytes = text.bytes();
        if (bytes.length > 0 && bytes[0] == 0x30) {
            return List.of(der(bytes, 0));
        }
        return pem(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static List<X509Certificate> pem(String text) {
        List<X509Certificate> found = new ArrayList<>();
        int at = 0;
        while (text.startsWith(BEGIN, at) && found.size() < MOST) {
            int from = at + BEGIN.length();
            int to = text.indexOf(END, from);
            if (to < 0) {
                throw broken(at, "a PEM block without its end line", "a line END CERTIFICATE");
            }
            found.add(der(base64(text.substring(from, to), from), from));
            at = lineEnd(text, to + END.length());
        }
        if (found.isEmpty() || at != text.length()) {
            throw broken(at, "other bytes", "1 to " + MOST + " certificates in PEM and nothing else");
        }
        return List.copyOf(found);
    }

    /** Intel's quoting library ends the chain with a line feed, a zero byte, both or neither. */
    private static int lineEnd(String text, int at) {
        int next = text.startsWith("\n", at) ? at + 1 : at;
        return next == text.length() - 1 && text.charAt(next) == 0 ? next + 1 : next;
    }

    private static byte[] base64(String text, int at) {
        String digits = text.replace("\n", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(digits);
            if (Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(bytes)
                    .equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException _) {
            // Told below, together with what decodes but is spelt in another way.
        }
        throw broken(at, "other characters", "base64 in lines of 64 characters");
    }

    private static X509Certificate der(byte[] bytes, int at) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            if (factory.generateCertificate(new ByteArrayInputStream(bytes)) instanceof X509Certificate certificate
                    && Arrays.equals(certificate.getEncoded(), bytes)
                    && endsWithWholeBytes(bytes, certificate.getSignature())) {
                return certificate;
            }
        } catch (CertificateException | RuntimeException _) {
            // The JDK's reader has let foreign runtime exceptions through on hostile DER; all of them mean the same
            // here.
        }
        throw broken(at, "bytes that are none", "one X.509 certificate in DER");
    }

    /** The JDK lets a signature's bit string claim unused bits, when these happen to be zero: a second spelling. */
    private static boolean endsWithWholeBytes(byte[] bytes, byte[] signature) {
        int from = bytes.length - signature.length;
        return from > 0
                && bytes[from - 1] == 0
                && Arrays.equals(bytes, from, bytes.length, signature, 0, signature.length);
    }

    private static AttestationException broken(int at, String found, String allowed) {
        return new AttestationException(Code.CERTIFICATE, at, found, allowed);
    }
}
