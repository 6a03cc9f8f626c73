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
import java.util.Optional;

/**
 * Certificates in an operator's own file, taken as OpenSSL takes them (crypto/pem/pem_lib.c): PEM blocks with any text, blank
 * lines and line ends between them, other blocks passed over; or DER, one certificate after the other. The table that a host
 * adds to a report, which configfs-tsm gives as auxblob, is taken too. What a quote brings
 * along is read by {@link Certificates}, which is strict.
 */
public final class OperatorCertificates {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** The labels that OpenSSL's PEM_read_X509 takes; behind a TRUSTED certificate stand OpenSSL's own settings. */
    private static final List<String> LABELS = List.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
    private static final int DER_SEQUENCE = 0x30;

    /** The length of a DER value stands in the next two bytes, as with every certificate. */
    private static final byte LONG_FORM = (byte) 0x82;

    private final String source;
    private final List<NamedCertificate> found = new ArrayList<>();

    private OperatorCertificates(String source) {
        this.source = source;
    }

    /**
     * At least one certificate, in the order of the file.
     *
     * @param source names the file in messages and in the certificates
     * @throws AttestationException naming the file and the line
     */
    public static List<NamedCertificate> parse(String source, Octets text) {
        CertificateTable table = new CertificateTable(source, text);
        if (table.isOne()) {
            return table.certificates();
        }
        OperatorCertificates reading = new OperatorCertificates(source);
        byte[] bytes = text.bytes();
        int pem = reading.der(bytes);
        reading.pem(new String(bytes, pem, bytes.length - pem, StandardCharsets.ISO_8859_1));
        if (reading.found.isEmpty()) {
            boolean cut = bytes.length > 1 && bytes[0] == DER_SEQUENCE && bytes[1] == LONG_FORM;
            throw broken(source
                    + (cut
                            ? ": begins like a certificate in DER, but is cut short"
                            : ": there is no certificate in it, neither in PEM nor in DER"));
        }
        return List.copyOf(reading.found);
    }

    /** Whether it is worth a try; the rest of a file may be anything. */
    public static boolean looksLike(Octets text) {
        byte[] bytes = text.bytes();
        return new CertificateTable("", text).isOne()
                || derSize(bytes, 0).isPresent()
                || new String(bytes, StandardCharsets.ISO_8859_1).contains(BEGIN + LABELS.getFirst() + DASHES);
    }

    /** Reads what is in DER, and says where that ends. */
    private int der(byte[] bytes) {
        int at = 0;
        Optional<Integer> size = derSize(bytes, at);
        while (size.isPresent()) {
            int from = at;
            add(
                    Arrays.copyOfRange(bytes, from, from + size.orElseThrow()),
                    "byte %d: this DER is no X.509 certificate".formatted(from));
            at += size.orElseThrow();
            size = derSize(bytes, at);
        }
        return at;
    }

    /** Of a DER sequence which is all there. */
    private static Optional<Integer> derSize(byte[] bytes, int at) {
        if (bytes.length - at < 4 || bytes[at] != DER_SEQUENCE || bytes[at + 1] != LONG_FORM) {
            return Optional.empty();
        }
        int size = 4 + ((bytes[at + 2] & 0xff) << 8) + (bytes[at + 3] & 0xff);
        return size <= bytes.length - at ? Optional.of(size) : Optional.empty();
    }

    private void pem(String text) {
        String[] lines = text.split("\r\n|\n|\r", -1);
        int at = 0;
        while (at < lines.length) {
            String line = stripped(lines[at]);
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                at = block(lines, at, line.substring(BEGIN.length(), line.length() - DASHES.length()));
            }
            at++;
        }
    }

    private static String stripped(String line) {
        return (line.startsWith(BYTE_ORDER_MARK) ? line.substring(BYTE_ORDER_MARK.length()) : line).strip();
    }

    /** Reads the block that begins in a line, and says in which it ends. */
    private int block(String[] lines, int begin, String label) {
        StringBuilder base64 = new StringBuilder();
        int at = begin + 1;
        while (at < lines.length && !lines[at].strip().startsWith(DASHES)) {
            base64.append(lines[at].replaceAll("\\s", ""));
            at++;
        }
        if (!LABELS.contains(label)) {
            return at < lines.length && lines[at].strip().startsWith(END) ? at : at - 1;
        }
        String place = "line %d: ".formatted(begin + 1);
        if (at == lines.length || !lines[at].strip().equals(END + label + DASHES)) {
            throw broken(source + ": " + place + "the PEM block has no line " + END + label + DASHES);
        }
        certificate(base64.toString(), place);
        return at;
    }

    private void certificate(String base64, String place) {
        try {
            add(Base64.getDecoder().decode(base64), place + "this PEM block is no X.509 certificate");
        } catch (IllegalArgumentException _) {
            throw broken("%s: %sthe PEM block is not base64, or cut short".formatted(source, place));
        }
    }

    private void add(byte[] der, String fault) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            if (factory.generateCertificate(new ByteArrayInputStream(der)) instanceof X509Certificate certificate) {
                found.add(new NamedCertificate(source, certificate));
                return;
            }
        } catch (CertificateException | RuntimeException _) {
            // The JDK's reader has let foreign runtime exceptions through on hostile DER; all of them mean the same.
        }
        throw broken(source + ": " + fault);
    }

    private static AttestationException broken(String message) {
        return new AttestationException(Code.CERTIFICATE, message);
    }
}
