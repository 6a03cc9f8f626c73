package io.reseal.igvm.attestation.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.Samples;
import io.reseal.igvm.attestation.SnpHost;
import io.reseal.igvm.attestation.comparison.Comparison.Verdict;
import io.reseal.igvm.attestation.comparison.Expected.Field;
import io.reseal.igvm.attestation.snp.SnpPolicy;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.tdx.TdAttributes;
import io.reseal.igvm.attestation.tdx.TdxQuote;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final SnpReport REPORT = SnpReport.parse(MemorySegment.ofArray(SnpHost.report(3)));
    private static final TdxQuote QUOTE = TdxQuote.parse(MemorySegment.ofArray(Samples.quote()));
    private static final Octets OTHER = Octets.ofHex("ab".repeat(48));

    @Test
    void
            a_comparison_with_the_expected_launch_finds_the_same_launch_when_the_digest_and_all_else_that_was_asked_for_agree() {
        List<Expected> others = List.of(
                Expected.policy(new SnpPolicy(0x30000)),
                new Expected(Field.HOST_DATA, REPORT.hostData()),
                new Expected(Field.ID_KEY_DIGEST, REPORT.idKeyDigest()),
                new Expected(Field.AUTHOR_KEY_DIGEST, REPORT.authorKeyDigest()),
                new Expected(Field.REPORT_DATA, REPORT.reportData()));

        assertThat(Comparison.of(REPORT, REPORT.measurement(), others))
                .isEqualTo(new Comparison(Verdict.SAME, List.of()));
    }

    @Test
    void a_comparison_with_the_expected_launch_names_both_digests_when_they_differ() {
        assertThat(Comparison.of(REPORT, OTHER, List.of()))
                .isEqualTo(new Comparison(
                        Verdict.DIFFERENT,
                        List.of("measurement is %s, expected %s".formatted(REPORT.measurement(), OTHER))));
    }

    @Test
    void a_comparison_with_the_expected_launch_takes_a_digest_of_another_length_for_different() {
        Octets cut = REPORT.measurement().slice(0, 32);

        assertThat(Comparison.of(REPORT, cut, List.of()).verdict()).isEqualTo(Verdict.DIFFERENT);
    }

    @Test
    void a_comparison_with_the_expected_launch_tells_a_policy_by_the_words_that_differ() {
        Expected strict = Expected.policy(new SnpPolicy(0x120000));

        assertThat(Comparison.of(REPORT, REPORT.measurement(), List.of(strict)).differences())
                .containsExactly("policy is 0000030000000000, expected 0000120000000000"
                        + " (not expected: SMT allowed; missing: single socket required)");
    }

    @Test
    void a_comparison_with_the_expected_launch_of_a_quote_is_with_its_MRTD() {
        Octets mrtd = QUOTE.body().mrtd();

        assertThat(Comparison.of(QUOTE, mrtd, List.of()).verdict()).isEqualTo(Verdict.SAME);
        assertThat(Comparison.of(QUOTE, OTHER, List.of()).differences())
                .containsExactly("measurement is %s, expected %s".formatted(mrtd, OTHER));
    }

    @Test
    void a_comparison_with_the_expected_launch_of_a_quote_tells_attributes_by_the_words_that_differ() {
        Expected debug = Expected.attributes(new TdAttributes(1));

        assertThat(Comparison.of(QUOTE, QUOTE.body().mrtd(), List.of(debug)).differences())
                .containsExactly("td attributes is 0000000000000000, expected 0100000000000000"
                        + " (not expected: nothing; missing: debug allowed)");
    }

    @Test
    void a_comparison_with_the_expected_launch_takes_a_field_that_the_evidence_does_not_have_for_different() {
        Expected host = new Expected(Field.HOST_DATA, Octets.ofHex("00".repeat(32)));

        assertThat(Comparison.of(QUOTE, QUOTE.body().mrtd(), List.of(host)))
                .isEqualTo(new Comparison(
                        Verdict.DIFFERENT,
                        List.of("host data cannot be compared: this kind of evidence has no such field")));
    }
}
