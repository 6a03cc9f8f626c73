package io.reseal.igvm.attestation.tdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationFindings;
import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.Pki;
import io.reseal.igvm.attestation.Samples;
import io.reseal.igvm.attestation.SnpHost;
import io.reseal.igvm.attestation.TdxHost;
import io.reseal.igvm.attestation.certificate.Certificates;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TdxSignatureTest {

    private static final TdxHost HOST = TdxHost.create();

    @Test
    void the_signature_of_a_genuine_quote_is_good_in_every_respect_but_never_full_trust() {
        for (byte[] quote : List.of(HOST.version4(), HOST.version5(2, 584), HOST.version5(3, 648))) {
            AttestationFindings findings = TdxHost.check(quote);

            assertThat(findings.failed()).isEmpty();
            assertThat(findings.ok()).isTrue();
            assertThat(findings.notJudged())
                    .anyMatch(words -> words.endsWith("these findings alone are not full trust"));
        }
    }

    @Test
    void the_signature_of_a_real_quote_is_good_up_to_the_root_of_Intel() {
        X509Certificate root = Certificates.parse(Samples.intelRoot()).getFirst();
        MemorySegment quote = MemorySegment.ofArray(Samples.quote());

        assertThat(TdxSignature.check(quote, Pki.named(root), TdxHost.IN_FORCE).failed())
                .isEmpty();
        assertThat(failed(TdxSignature.check(quote, Pki.named(TdxHost.ROOT_CERTIFICATE), TdxHost.IN_FORCE)))
                .containsExactly(Check.CHAIN);
    }

    @Test
    void the_signature_of_a_TDX_quote_is_broken_by_one_flipped_bit_in_any_byte_of_a_real_quote() {
        X509Certificate root = Certificates.parse(Samples.intelRoot()).getFirst();
        assertThatEachFlipIsFound(Samples.quote(), root);
    }

    @Test
    void the_signature_of_a_TDX_quote_is_broken_by_one_flipped_bit_in_any_byte_of_version_5() {
        assertThatEachFlipIsFound(HOST.version5(3, 648), TdxHost.ROOT_CERTIFICATE);
    }

    @Test
    void the_signature_by_an_attestation_key_that_the_quoting_enclave_does_not_name_is_refused() {
        byte[] genuine = HOST.version4();
        Octets bytes = Octets.of(genuine);
        TdxQuote quote = TdxQuote.parse(MemorySegment.ofArray(genuine));
        TdxCertification.QeReport qe = (TdxCertification.QeReport) quote.certification();
        TdxHost forger = HOST.withAttestationKey(Pki.ec("secp256r1"));
        byte[] forged = forger.assemble(
                bytes.slice(0, 632).bytes(), qe.report().bytes(), qe.signature().bytes());

        assertThat(failed(TdxHost.check(forged))).containsExactly(Check.QE_BINDING);
    }

    @Test
    void the_signature_of_a_TDX_quote_is_refused_with_a_chain_of_another_maker() {
        Pki.Issuer other = new Pki.Issuer(TdxHost.ROOT.name(), Pki.ec("secp256r1"));
        X509Certificate root = SnpHost.authority(other, other);
        AttestationFindings findings =
                TdxSignature.check(MemorySegment.ofArray(HOST.version4()), Pki.named(root), TdxHost.IN_FORCE);

        assertThat(failed(findings)).containsExactly(Check.CHAIN);
    }

    @Test
    void the_signature_of_a_TDX_quote_finds_the_root_among_certificates_of_any_order() {
        MemorySegment quote = MemorySegment.ofArray(HOST.version4());
        X509Certificate intel = Certificates.parse(Samples.intelRoot()).getFirst();
        List<NamedCertificate> given = Pki.named(TdxHost.PLATFORM_CERTIFICATE, TdxHost.ROOT_CERTIFICATE, intel);

        assertThat(TdxSignature.check(quote, given, TdxHost.IN_FORCE).failed()).isEmpty();
        assertThat(failed(TdxSignature.check(quote, given.subList(0, 1), TdxHost.IN_FORCE)))
                .containsExactly(Check.ROOT);
    }

    @Test
    void the_signature_of_a_TDX_quote_stands_when_the_chain_leaves_out_the_root() {
        String text = new String(HOST.pem().bytes(), StandardCharsets.US_ASCII);
        int root = text.lastIndexOf("-----BEGIN");

        assertThat(TdxHost.check(HOST.withChain(text.substring(0, root)).version4())
                        .failed())
                .isEmpty();
    }

    @Test
    void the_signature_of_a_TDX_quote_is_refused_when_a_link_of_the_chain_is_missing_or_unreadable() {
        String leaf = new String(HOST.pem().bytes(), StandardCharsets.US_ASCII)
                .split("(?<=-----END CERTIFICATE-----\n)", -1)[0];

        assertThat(failed(TdxHost.check(HOST.withChain(leaf).version4()))).containsExactly(Check.CHAIN);
        assertThat(failed(TdxHost.check(HOST.withChain("").version4()))).containsExactly(Check.CHAIN);
        assertThat(failed(TdxHost.check(HOST.withChain(leaf + "x").version4()))).containsExactly(Check.CHAIN);
    }

    @Test
    void the_signature_of_a_TDX_quote_is_refused_when_a_PCK_poses_as_an_authority() {
        Pki.Issuer pck = new Pki.Issuer("Test PCK", HOST.pck());
        X509Certificate posing =
                Pki.issue(new Pki.Subject("Test PCK", HOST.pck().getPublic(), true, List.of()), TdxHost.PLATFORM);
        X509Certificate noAuthority =
                Pki.issue(new Pki.Subject("Test PCK", HOST.pck().getPublic(), false, List.of()), TdxHost.ROOT);
        X509Certificate below = Pki.issue(new Pki.Subject("Below", HOST.pck().getPublic(), false, List.of()), pck);

        String leaf = Pki.pem(posing, TdxHost.PLATFORM_CERTIFICATE);
        assertThat(failed(TdxHost.check(HOST.withChain(leaf).version4()))).containsExactly(Check.CHAIN);
        String middle = Pki.pem(below, noAuthority);
        assertThat(failed(TdxHost.check(HOST.withChain(middle).version4()))).containsExactly(Check.CHAIN);
    }

    @Test
    void the_signature_of_a_TDX_quote_is_refused_outside_of_the_certificates_dates() {
        MemorySegment quote = MemorySegment.ofArray(HOST.version4());
        AttestationFindings early =
                TdxSignature.check(quote, Pki.named(TdxHost.ROOT_CERTIFICATE), Instant.parse("2023-12-31T23:59:59Z"));

        assertThat(failed(early)).containsExactly(Check.VALIDITY, Check.VALIDITY, Check.VALIDITY);
    }

    @Test
    void the_signature_of_a_TDX_quote_with_identifiers_in_place_of_a_chain_is_not_trusted() {
        byte[] quote = HOST.version4();
        int innerType = quote.length - 5 - HOST.pem().size() - 6;
        quote[innerType] = 3;

        assertThat(TdxHost.check(quote).failed())
                .containsExactly(Finding.failed(
                        Check.CHAIN,
                        "the quote brings no PCK certificates (type 5), only identifiers to ask Intel with"));
    }

    private static void assertThatEachFlipIsFound(byte[] quote, X509Certificate root) {
        for (int at = 0; at < quote.length; at++) {
            assertThat(accepted(Pki.flipped(quote, at), root))
                    .as("byte 0x%x", at)
                    .isFalse();
        }
        assertThat(accepted(quote, root)).isTrue();
    }

    private static boolean accepted(byte[] quote, X509Certificate root) {
        try {
            return TdxSignature.check(MemorySegment.ofArray(quote), Pki.named(root), TdxHost.IN_FORCE)
                    .ok();
        } catch (AttestationException _) {
            return false;
        }
    }

    private static List<Check> failed(AttestationFindings findings) {
        return findings.failed().stream().map(Finding::check).toList();
    }
}
