package io.reseal.igvm.attestation.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Der;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.Pki;
import io.reseal.igvm.attestation.Samples;
import io.reseal.igvm.attestation.TdxHost;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest {

    private static final String PEM = new String(Samples.intelRoot().bytes(), StandardCharsets.US_ASCII);

    @Test
    void certificates_are_read_from_PEM_in_their_order() {
        assertThat(Certificates.parse(Samples.genoaChain()))
                .extracting(each -> each.getSubjectX500Principal().getName())
                .satisfiesExactly(
                        asvk -> assertThat(asvk).contains("CN=SEV-VLEK-Genoa"),
                        ark -> assertThat(ark).contains("CN=ARK-Genoa"));
    }

    @Test
    void certificates_are_read_from_DER_too() {
        X509Certificate root = Certificates.parse(Samples.intelRoot()).getFirst();

        assertThat(Certificates.parse(Octets.of(Pki.encoded(root)))).containsExactly(root);
    }

    @Test
    void certificates_may_end_with_or_without_line_feed_and_zero_byte() {
        String bare = PEM.stripTrailing();

        for (String end : new String[] {"", "\n", "\0", "\n\0"}) {
            assertThat(Certificates.parse(text(bare + end))).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "-----BEGIN CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
                "0"
            })
    void certificates_are_refused_when_there_are_none(String text) {
        assertRefused(text(text));
    }

    @Test
    void certificates_are_refused_with_anything_around_them() {
        assertRefused(text(" " + PEM));
        assertRefused(text(PEM + "\n"));
        assertRefused(text(PEM + "\0\0"));
        assertRefused(text(PEM + "x"));
    }

    @Test
    void certificates_are_refused_when_there_are_more_than_eight() {
        assertThat(Certificates.parse(text(PEM.repeat(8)))).hasSize(8);
        assertRefused(text(PEM.repeat(9)));
    }

    @Test
    void certificates_are_refused_with_bytes_after_the_DER() {
        X509Certificate root = Certificates.parse(Samples.intelRoot()).getFirst();

        assertRefused(Octets.of(Der.join(Pki.encoded(root), new byte[1])));
    }

    @Test
    void certificates_are_refused_when_their_signature_claims_unused_bits() {
        byte[] der = Pki.encoded(Certificates.parse(Samples.genoaChain()).getFirst());
        der[der.length - 513] = 3;

        assertThat(der[der.length - 1] & 7).isZero();
        assertRefused(Octets.of(der));
    }

    private static Octets text(String text) {
        return TdxHost.chainText(text);
    }

    private static void assertRefused(Octets text) {
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> Certificates.parse(text))
                .satisfies(broken -> assertThat(broken.code()).isEqualTo(Code.CERTIFICATE));
    }
}
