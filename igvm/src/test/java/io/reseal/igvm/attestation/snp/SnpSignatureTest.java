package io.reseal.igvm.attestation.snp;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationFindings;
import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.Pki;
import io.reseal.igvm.attestation.Samples;
import io.reseal.igvm.attestation.SnpHost;
import io.reseal.igvm.attestation.certificate.Certificates;
import io.reseal.igvm.attestation.certificate.Crypto;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import java.lang.foreign.MemorySegment;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnpSignatureTest {

    private static final SnpHost MILAN = SnpHost.milan();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void the_signature_of_a_genuine_report_is_good_in_every_respect(int version) {
        AttestationFindings findings = MILAN.check(MILAN.signed(SnpHost.report(version)));

        assertThat(findings.failed()).isEmpty();
        assertThat(findings.ok()).isTrue();
        assertThat(findings.notJudged()).isNotEmpty();
    }

    @Test
    void the_signature_of_a_genuine_Turin_report_is_good_with_a_chip_id_of_8_bytes() {
        SnpHost turin = SnpHost.turin();

        assertThat(turin.check(turin.signed(SnpHost.turinReport())).failed()).isEmpty();
    }

    @Test
    void the_signature_by_a_VLEK_is_good_though_it_names_no_chip() {
        SnpHost cloud = SnpHost.cloud();
        byte[] report = SnpHost.report(3);
        report[0x48] = 1 << 2;

        assertThat(cloud.check(cloud.signed(report)).failed()).isEmpty();
    }

    @Test
    void the_signature_of_an_SNP_report_is_broken_by_one_flipped_bit_in_any_byte() {
        byte[] report = MILAN.signed(SnpHost.report(3));
        for (int at = 0; at < report.length; at++) {
            assertThat(accepted(Pki.flipped(report, at))).as("byte 0x%x", at).isFalse();
        }
    }

    @Test
    void the_signature_by_a_VCEK_is_refused_with_a_VLEK_certificate_and_the_other_way_round() {
        SnpHost cloud = SnpHost.cloud();
        byte[] sayingVlek = SnpHost.report(3);
        sayingVlek[0x48] = 1 << 2;

        assertThat(failed(cloud.check(cloud.signed(SnpHost.report(3))))).contains(Check.SIGNING_KEY);
        assertThat(failed(MILAN.check(MILAN.signed(sayingVlek)))).containsExactly(Check.SIGNING_KEY);
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_when_the_host_hides_its_chip_key() {
        byte[] report = SnpHost.report(3);
        report[0x48] = 2;

        assertThat(MILAN.check(MILAN.signed(report)).failed())
                .containsExactly(Finding.failed(
                        Check.SIGNING_KEY,
                        "the host hides its chip key (MASK_CHIP_KEY), so its reports are not signed"));
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_when_the_certificate_is_for_another_TCB() {
        SnpHost other = SnpHost.withOtherSnpLevel();

        assertThat(other.check(other.signed(SnpHost.report(3))).failed())
                .containsExactly(Finding.failed(Check.TCB, "SNP is 22 in the report and 23 in the certificate"));
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_when_the_certificate_is_for_another_chip_or_product() {
        byte[] report = SnpHost.report(3);
        report[0x1a0] ^= 1;
        report[0x189] = 0x11;

        assertThat(failed(MILAN.check(MILAN.signed(report)))).containsExactly(Check.CHIP_ID, Check.PRODUCT);
    }

    @Test
    void the_signature_of_an_SNP_report_stands_when_the_host_hides_its_chip_id() {
        byte[] report = SnpHost.report(3);
        MemorySegment.ofArray(report).asSlice(0x1a0, 64).fill((byte) 0);

        assertThat(MILAN.check(MILAN.signed(report)).failed()).isEmpty();
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_outside_of_the_certificates_dates() {
        MemorySegment report = MemorySegment.ofArray(MILAN.signed(SnpHost.report(3)));
        AttestationFindings late = SnpSignature.check(report, MILAN.chain(), Instant.parse("2044-01-01T00:00:01Z"));

        assertThat(failed(late)).containsExactly(Check.VALIDITY, Check.VALIDITY, Check.VALIDITY);
        assertThat(late.failed().getFirst().words()).contains("valid from 2024-01-01T00:00:00Z to 2044-01-01");
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_when_a_link_of_the_chain_is_missing() {
        List<NamedCertificate> noAsk = Pki.named(MILAN.key(), SnpHost.ARK_CERTIFICATE);
        List<NamedCertificate> noArk = Pki.named(MILAN.key(), SnpHost.ASK_CERTIFICATE);

        assertThat(checkWith(noAsk).failed())
                .containsExactly(
                        Finding.failed(
                                Check.CHAIN,
                                "the ASK or ASVK is missing: no certificate is of CN=SEV-Test, which issued CN=SEV-VCEK (chain.pem)"));
        assertThat(checkWith(noArk).failed())
                .containsExactly(Finding.failed(
                        Check.CHAIN,
                        "the ARK is missing: no certificate is of CN=ARK-Test, which issued CN=SEV-Test (chain.pem)"));
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_when_no_certificate_is_a_VCEK_or_VLEK() {
        List<NamedCertificate> noKey = Pki.named(SnpHost.ASK_CERTIFICATE, SnpHost.ARK_CERTIFICATE);

        assertThat(failed(checkWith(noKey))).containsExactly(Check.SIGNING_KEY);
        assertThat(failed(checkWith(List.of()))).containsExactly(Check.SIGNING_KEY);
    }

    @Test
    void the_signature_of_an_SNP_report_finds_its_chain_among_certificates_of_any_order_and_of_others() {
        List<X509Certificate> amd = Certificates.parse(Samples.genoaChain());
        X509Certificate sameName = SnpHost.authority(new Pki.Issuer(SnpHost.ASK.name(), Pki.rsa4096()), SnpHost.ARK);
        List<NamedCertificate> all = new ArrayList<>(Pki.named(
                sameName,
                SnpHost.ARK_CERTIFICATE,
                amd.getFirst(),
                SnpHost.milan().key(),
                MILAN.key(),
                SnpHost.ASK_CERTIFICATE,
                amd.getLast()));

        assertThat(checkWith(all).failed()).isEmpty();
        Collections.reverse(all);
        assertThat(checkWith(all).failed()).isEmpty();
    }

    @Test
    void the_signature_of_an_SNP_report_names_the_file_of_the_certificate_that_is_wrong() {
        X509Certificate sameName = SnpHost.authority(new Pki.Issuer(SnpHost.ASK.name(), Pki.rsa4096()), SnpHost.ARK);
        List<NamedCertificate> chain = new ArrayList<>(Pki.named(MILAN.key(), SnpHost.ARK_CERTIFICATE));
        chain.add(new NamedCertificate("old/ask.pem", sameName));

        assertThat(checkWith(chain).failed())
                .containsExactly(Finding.failed(
                        Check.CHAIN,
                        "CN=SEV-VCEK (chain.pem) is not signed by the ASK or ASVK, CN=SEV-Test (old/ask.pem)"));
    }

    @Test
    void the_signature_of_an_SNP_report_is_refused_when_the_issuer_is_no_certificate_authority() {
        X509Certificate noAuthority = Pki.issue(
                new Pki.Subject(SnpHost.ASK.name(), SnpHost.ASK.keys().getPublic(), false, List.of()), SnpHost.ARK);
        List<NamedCertificate> chain = Pki.named(MILAN.key(), noAuthority, SnpHost.ARK_CERTIFICATE);

        assertThat(failed(checkWith(chain))).containsExactly(Check.CHAIN);
    }

    @Test
    void chain_and_root_of_AMD_for_Genoa_are_good() {
        List<X509Certificate> amd = Certificates.parse(Samples.genoaChain());

        assertThat(Crypto.signedByAmdRsa(amd.getFirst(), amd.getLast())).isTrue();
        assertThat(Crypto.signedByAmdRsa(amd.getLast(), amd.getLast())).isTrue();
        assertThat(Crypto.signedByAmdRsa(amd.getFirst(), amd.getFirst())).isFalse();
    }

    private static AttestationFindings checkWith(List<NamedCertificate> chain) {
        MemorySegment report = MemorySegment.ofArray(MILAN.signed(SnpHost.report(3)));
        return SnpSignature.check(report, chain, SnpHost.IN_FORCE);
    }

    private static boolean accepted(byte[] report) {
        try {
            return MILAN.check(report).ok();
        } catch (AttestationException _) {
            return false;
        }
    }

    private static List<Check> failed(AttestationFindings findings) {
        return findings.failed().stream().map(Finding::check).toList();
    }
}
