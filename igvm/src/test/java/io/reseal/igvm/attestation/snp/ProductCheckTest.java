package io.reseal.igvm.attestation.snp;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.Pki;
import io.reseal.igvm.attestation.SnpHost;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProductCheckTest {

    private static final int FAMILY = 0x188;
    private static final int MODEL = 0x189;

    @ParameterizedTest
    @CsvSource({
        "Milan-B0, 0x19, 0x01",
        "Milan, 0x19, 0x0f",
        "Genoa-B1, 0x19, 0x11",
        "Genoa, 0x19, 0xa0",
        "Siena-A0, 0x19, 0xa0"
    })
    void the_product_of_report_and_certificate_agrees_when_the_certificate_names_the_processor_of_the_CPUID(
            String product, String family, String model) {
        assertThat(finding(SnpHost.of(product), report(3, family, model)).ok()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Genoa-B1, 0x19, 0x01",
        "Milan-B0, 0x19, 0x11",
        "Turin-B1, 0x19, 0x01",
        "Milan-B0, 0x1a, 0x60",
        "Milan-B0, 0x1b, 0x00",
        "Milan-B0, 0x19, 0x70",
        "Milan-B0, 0x00, 0x00",
        "Venice-A0, 0x19, 0x01"
    })
    void the_product_of_report_and_certificate_disagrees_when_it_is_another_or_cannot_be_told(
            String product, String family, String model) {
        for (int version : List.of(3, 4, 5)) {
            Finding finding = finding(SnpHost.of(product), report(version, family, model));

            assertThat(finding.ok()).isFalse();
            assertThat(finding.words()).contains("is for " + product + ", but the report is of", "CPUID family");
        }
    }

    @Test
    void a_product_of_a_line_that_nobody_knew_yet_takes_a_newer_Reseal() {
        assertThat(finding(SnpHost.of("Venice-A0"), report(5, "0x1a", "0x60")).words())
                .endsWith("this version of Reseal knows neither, take a newer one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Milan-B0", "Genoa-B1"})
    void the_product_is_not_told_by_a_report_of_version_2_but_must_be_one_that_writes_it(String product) {
        assertThat(finding(SnpHost.of(product), SnpHost.report(2)).ok()).isTrue();
        assertThat(finding(SnpHost.of("Turin-B1"), SnpHost.report(2)).words())
                .endsWith("is for Turin-B1, but the report is of version 2, which names no processor (Milan or Genoa)");
    }

    @Test
    void the_product_of_report_and_certificate_must_be_that_of_the_certificates_above_too() {
        Pki.Issuer genoa = new Pki.Issuer("ARK-Genoa", SnpHost.ARK.keys());
        SnpHost host = SnpHost.of("Milan-B0");
        SnpCertificateChain chain = new SnpCertificateChain(
                Pki.named(host.key()).getFirst(),
                Pki.named(SnpHost.ASK_CERTIFICATE).stream().findFirst(),
                Pki.named(SnpHost.authority(genoa, genoa)).stream().findFirst());

        assertThat(new ProductCheck(SignedReport.parse(bytes(SnpHost.report(3))).report(), chain)
                        .finding()
                        .words())
                .startsWith("CN=ARK-Genoa (chain.pem) is of another processor than CN=SEV-VCEK (chain.pem)");
    }

    private static byte[] report(int version, String family, String model) {
        byte[] report = SnpHost.report(version);
        report[FAMILY] = (byte) (int) Integer.decode(family);
        report[MODEL] = (byte) (int) Integer.decode(model);
        return report;
    }

    private static MemorySegment bytes(byte[] report) {
        return MemorySegment.ofArray(report);
    }

    private static Finding finding(SnpHost host, byte[] report) {
        return host.check(host.signed(report)).all().stream()
                .filter(each -> each.check() == Check.PRODUCT)
                .findFirst()
                .orElseThrow();
    }
}
