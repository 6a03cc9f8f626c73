package io.reseal.igvm.attestation.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.Der;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.Pki;
import io.reseal.igvm.attestation.Samples;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorCertificatesTest {

    private static final String PEM = new String(Samples.genoaChain().bytes(), StandardCharsets.US_ASCII);
    private static final List<X509Certificate> AMD = Certificates.parse(Samples.genoaChain());
    private static final byte[] DER = Pki.encoded(AMD.getFirst());

    @Test
    void certificates_of_an_operator_may_have_anything_before_between_and_after_the_blocks() {
        String key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
        String text = "subject=CN = SEV\n\n" + PEM.replace("-----BEGIN", "\n  Bag Attributes\n" + key + "-----BEGIN")
                + "\n\nthe end";

        assertThat(read(text)).isEqualTo(AMD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n\n", "\r", " \n", "\t\r\n"})
    void certificates_of_an_operator_may_have_any_line_ends(String end) {
        assertThat(read(PEM.replace("\n", end))).isEqualTo(AMD);
    }

    @Test
    void certificates_of_an_operator_may_have_lines_of_any_length() {
        String oneLine = "-----BEGIN CERTIFICATE-----\n" + Base64.getEncoder().encodeToString(DER)
                + "\n-----END CERTIFICATE-----";

        assertThat(read(oneLine)).containsExactly(AMD.getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
    void certificates_of_an_operator_may_have_the_labels_that_OpenSSL_knows(String label) {
        assertThat(read(PEM.replace("CERTIFICATE", label))).isEqualTo(AMD);
    }

    @Test
    void certificates_of_an_operator_may_begin_with_a_byte_order_mark() {
        assertThat(read("\u00ef\u00bb\u00bf" + PEM)).isEqualTo(AMD);
    }

    @Test
    void certificates_of_an_operator_may_be_in_DER_one_after_the_other_and_before_PEM() {
        byte[] both = Der.join(DER, Pki.encoded(AMD.getLast()));

        assertThat(read(DER)).containsExactly(AMD.getFirst());
        assertThat(read(Der.join(DER, new byte[] {'\n'}))).containsExactly(AMD.getFirst());
        assertThat(read(both)).isEqualTo(AMD);
        assertThat(read(Der.join(both, PEM.getBytes(StandardCharsets.US_ASCII))))
                .hasSize(4);
    }

    @Test
    void certificates_of_an_operator_keep_the_name_of_their_file() {
        assertThat(OperatorCertificates.parse("certs/chain.pem", Samples.genoaChain()))
                .extracting(NamedCertificate::source)
                .containsOnly("certs/chain.pem");
    }

    @Test
    void certificates_of_an_operator_that_cannot_be_read_are_named_with_file_and_line() {
        int end = PEM.lastIndexOf("-----END");

        assertRefused(PEM.substring(0, end), "chain.pem: line 39: the PEM block has no line -----END CERTIFICATE-----");
        assertRefused(PEM.substring(0, end - 7) + "!\n" + PEM.substring(end), "line 39: the PEM block is not base64");
        assertRefused(
                "\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", "line 2: this PEM block is no X");
        assertRefused("", "chain.pem: there is no certificate in it, neither in PEM nor in DER");
        assertRefused("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----", "there is no certificate in it");
        String cut = new String(Arrays.copyOf(DER, 1000), StandardCharsets.ISO_8859_1);
        assertRefused(cut, "chain.pem: begins like a certificate in DER, but is cut short");
    }

    private static List<X509Certificate> read(String text) {
        return read(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<X509Certificate> read(byte[] text) {
        return OperatorCertificates.parse("chain.pem", Octets.of(text)).stream()
                .map(NamedCertificate::certificate)
                .toList();
    }

    private static void assertRefused(String text, String words) {
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining(words);
    }
}
