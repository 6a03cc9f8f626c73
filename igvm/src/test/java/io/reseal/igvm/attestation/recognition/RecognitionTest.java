package io.reseal.igvm.attestation.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Der;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.Pki;
import io.reseal.igvm.attestation.Samples;
import io.reseal.igvm.attestation.SnpHost;
import io.reseal.igvm.attestation.TdxHost;
import io.reseal.igvm.attestation.certificate.Crypto;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.FoundEvidence.Kind;
import io.reseal.igvm.attestation.tdx.TdReport;
import io.reseal.igvm.attestation.tdx.TdxBody;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionTest {

    private static final SnpHost MILAN = SnpHost.milan();
    private static final byte[] REPORT = MILAN.signed(SnpHost.report(3));
    private static final byte[] QUOTE = TdxHost.create().version4();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void a_file_of_evidence_can_be_a_report_of_any_version(int version) {
        assertFound(SnpHost.report(version), Kind.SNP_REPORT, SnpHost.report(version));
    }

    @Test
    void a_file_of_evidence_can_be_a_quote_with_or_without_something_behind_it() {
        byte[] bare = Arrays.copyOf(QUOTE, QUOTE.length - 5);
        for (byte[] file : new byte[][] {bare, QUOTE, Der.join(bare, bytes("\n")), Der.join(QUOTE, bytes("\r\n"))}) {
            FoundEvidence found = find(file);

            assertThat(found.kind()).isEqualTo(Kind.TDX_QUOTE);
            assertThat(TdxHost.check(found.bytes().bytes()).failed()).isEmpty();
        }
        assertThat(find(Samples.quote()).kind()).isEqualTo(Kind.TDX_QUOTE);
    }

    @Test
    void a_file_of_evidence_can_be_an_SGX_quote() {
        byte[] version4 = QUOTE.clone();
        version4[4] = 0;
        byte[] version3 = version4.clone();
        version3[0] = 3;

        assertThat(find(version4).kind()).isEqualTo(Kind.SGX_QUOTE);
        assertThat(find(version3).kind()).isEqualTo(Kind.SGX_QUOTE);
        assertThat(Kind.SGX_QUOTE.isSigned()).isFalse();
    }

    @Test
    void a_file_of_evidence_can_be_a_TDREPORT_whose_fields_are_read() {
        byte[] report = tdReport();
        FoundEvidence found = find(Der.join(report, bytes("\n")));

        assertThat(found.kind()).isEqualTo(Kind.TD_REPORT);
        TdxBody.Tdx10 body = TdReport.parse(found.bytes()).body();
        assertThat(body.reportData()).isEqualTo(part(report, 0x80, 64));
        assertThat(body.mrSeam()).isEqualTo(part(report, 0x118, 48));
        assertThat(body.mrtd()).isEqualTo(part(report, 0x210, 48));
        assertThat(body.rtmrs().getLast()).isEqualTo(part(report, 0x360, 48));
    }

    @Test
    void a_file_of_evidence_can_be_an_HCL_blob_whose_report_is_taken_out() {
        assertFound(hcl(REPORT, "", 0), Kind.SNP_REPORT, REPORT);
        assertFound(hcl(tdReport(), "", 0), Kind.TD_REPORT, tdReport());
        assertThat(find(hcl(REPORT, "", 0)).wrappings()).containsExactly("Azure HCL blob of 2600 bytes");
    }

    @Test
    void a_file_of_evidence_can_be_an_HCL_blob_whose_runtime_data_the_report_vouches_for_or_not() {
        byte[] report = SnpHost.report(3);
        byte[] hash = Crypto.sha256(bytes("{\"keys\":[]}"));
        System.arraycopy(hash, 0, report, 0x50, hash.length);

        assertThat(find(hcl(report, "{\"keys\":[]}", 1)).remarks()).isEmpty();
        assertThat(find(hcl(report, "{\"keys\":[1]}", 1)).remarks())
                .containsExactly("the report data does not hold the SHA-256 of the HCL blob's runtime data:"
                        + " the report does not vouch for it");
    }

    @Test
    void a_file_of_evidence_can_be_a_response_of_the_guest_driver() {
        byte[] head = new byte[32];
        head[4] = (byte) 0xa0;
        head[5] = 4;

        assertFound(Der.join(head, REPORT, new byte[4000 - 32 - 1184]), Kind.SNP_REPORT, REPORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\n\n"})
    void a_file_of_evidence_can_be_a_report_with_a_line_end(String end) {
        assertFound(Der.join(REPORT, bytes(end)), Kind.SNP_REPORT, REPORT);
    }

    @Test
    void a_file_of_evidence_can_be_a_report_in_a_page_of_zeros() {
        assertFound(Arrays.copyOf(REPORT, 4096), Kind.SNP_REPORT, REPORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1184, 4096})
    void a_file_of_evidence_can_be_a_report_with_its_certificate_table(int at) {
        byte[] file = Der.join(Arrays.copyOf(REPORT, at), certificateTable(), new byte[100]);
        FoundEvidence found = find(file);

        assertFound(file, Kind.SNP_REPORT, REPORT);
        assertThat(found.certificates())
                .extracting(NamedCertificate::source)
                .containsExactly(
                        "file, VCEK in its certificate table",
                        "file, ASK in its certificate table",
                        "file, ARK in its certificate table");
        assertThat(MILAN.check(REPORT, found.certificates()).failed()).isEmpty();
    }

    @Test
    void a_file_of_evidence_can_be_a_certificate_table_which_is_certificates_alone() {
        byte[] table = certificateTable();

        assertThat(OperatorCertificates.parse("auxblob", Octets.of(table))).hasSize(3);
        assertRefused(table, "holds certificates and no report or quote");
        table[4 * 24 + 10] ^= 1;
        table[4 * 24 + 1] = 0;
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> OperatorCertificates.parse("auxblob", Octets.of(table)))
                .withMessageStartingWith("auxblob, VCEK in its certificate table: ");
        assertThat(find(Der.join(REPORT, table)).remarks()).hasSize(1);
    }

    @Test
    void a_file_of_evidence_can_be_a_report_with_PEM_behind_it() {
        byte[] file = Der.join(REPORT, bytes(Pki.pem(MILAN.key(), SnpHost.ASK_CERTIFICATE)));

        assertFound(file, Kind.SNP_REPORT, REPORT);
        assertThat(find(file).certificates()).hasSize(2);
    }

    @Test
    void a_file_of_evidence_can_be_hexadecimal_text_in_any_spelling() {
        String digits = HexFormat.of().formatHex(REPORT);
        String cArray = IntStream.range(0, REPORT.length)
                .mapToObj(at -> String.format(Locale.ROOT, "0x%02X", REPORT[at]))
                .collect(Collectors.joining(", ", "{", "}"));

        for (String text : new String[] {
            digits,
            digits.toUpperCase(Locale.ROOT) + "\n",
            "0x" + digits,
            digits.replaceAll("(.{64})", "$1\r\n"),
            digits.replaceAll("(..)", "$1:"),
            digits.replaceAll("(..)", "\\\\x$1"),
            cArray
        }) {
            assertFound(bytes(text), Kind.SNP_REPORT, REPORT);
        }
        assertThat(find(bytes(digits)).wrappings()).containsExactly("hexadecimal text");
    }

    @Test
    void a_file_of_evidence_can_be_a_dump_of_xxd_or_hexdump() {
        StringBuilder xxd = new StringBuilder();
        StringBuilder hexdump = new StringBuilder();
        byte[] zeroed = REPORT.clone();
        Arrays.fill(zeroed, 0x50, 0x90, (byte) 0);
        for (int at = 0; at < REPORT.length; at += 16) {
            String line = HexFormat.of().formatHex(REPORT, at, at + 16);
            xxd.append(String.format(
                    Locale.ROOT, "%08x: %s  ....|  ..........\n", at, line.replaceAll("(....)(?=.)", "$1 ")));
            String spaced = HexFormat.ofDelimiter(" ").formatHex(zeroed, at, at + 16);
            String halves = spaced.substring(0, 23) + "  " + spaced.substring(24);
            if (at == 0x60) {
                hexdump.append("*\n");
            } else if (at < 0x60 || at >= 0x90) {
                hexdump.append(String.format(Locale.ROOT, "%08x  %s  |................|\n", at, halves));
            }
        }
        hexdump.append("000004a0\n");

        assertFound(bytes(xxd.toString()), Kind.SNP_REPORT, REPORT);
        assertFound(bytes(hexdump.toString()), Kind.SNP_REPORT, zeroed);
    }

    @Test
    void a_file_of_evidence_can_be_base64_of_either_alphabet() {
        for (Base64.Encoder encoder : new Base64.Encoder[] {
            Base64.getEncoder(),
            Base64.getUrlEncoder(),
            Base64.getMimeEncoder(),
            Base64.getUrlEncoder().withoutPadding()
        }) {
            assertFound(Der.join(encoder.encode(REPORT), bytes("\n")), Kind.SNP_REPORT, REPORT);
        }
        assertThat(find(Base64.getEncoder().encode(hcl(REPORT, "", 0))).wrappings())
                .containsExactly("base64", "Azure HCL blob of 2600 bytes");
    }

    @Test
    void a_file_of_the_wrong_size_is_said_to_be_so() {
        assertRefused(Arrays.copyOf(REPORT, 600), "begins like a report, but has 600 bytes, and a report has 1184");
        assertRefused(Arrays.copyOf(REPORT, 16), "begins like a report, but has 16 bytes");
        assertRefused(
                bytes(HexFormat.of().formatHex(REPORT, 0, 600)),
                "is hexadecimal text, which begins like a report, but has 600 bytes");
        assertRefused(bytes(HexFormat.of().formatHex(REPORT) + "0"), "odd number of digits, 2369");
        assertRefused(Arrays.copyOf(hcl(REPORT, "", 0), 800), "begins like an Azure HCL blob");
    }

    @Test
    void a_file_of_evidence_is_shown_but_not_judged_when_only_the_signature_is_cut_or_something_stands_behind_it() {
        FoundEvidence cut = find(Arrays.copyOf(REPORT, 1000));
        FoundEvidence more = find(Der.join(REPORT, bytes("what is this")));

        assertThat(cut.fault()).hasValue("begins like a report, but has 1000 bytes, and a report has 1184");
        assertThat(cut.bytes().slice(0, 1000)).isEqualTo(part(REPORT, 0, 1000));
        assertThat(more.fault()).hasValueSatisfying(fault -> assertThat(fault).contains("but has 1196 bytes"));
        assertThat(more.bytes()).isEqualTo(Octets.of(REPORT));
        assertThat(find(REPORT).fault()).isEmpty();
    }

    @Test
    void a_file_of_nothing_known_is_said_to_be_so() {
        assertRefused(new byte[0], "is empty");
        assertRefused(bytes("hello, world"), "it begins with 68656c6c6f2c20776f726c64 and has 12 bytes");
        assertRefused(Samples.genoaChain().bytes(), "holds certificates and no report or quote");
    }

    @Test
    void a_file_of_evidence_is_left_to_the_reader_of_reports_when_it_has_their_size() {
        assertThat(find(new byte[1184]).kind()).isEqualTo(Kind.SNP_REPORT);
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> Recognition.inside("file", Octets.of(new byte[1184])));
    }

    private static FoundEvidence find(byte[] file) {
        return Recognition.of("file", Octets.of(file));
    }

    private static void assertFound(byte[] file, Kind kind, byte[] evidence) {
        FoundEvidence found = find(file);
        assertThat(found.kind()).isEqualTo(kind);
        assertThat(found.bytes()).isEqualTo(Octets.of(evidence));
    }

    private static void assertRefused(byte[] file, String words) {
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> find(file))
                .satisfies(refused -> assertThat(refused.code()).isIn(Code.NOT_EVIDENCE, Code.SIZE))
                .withMessageContaining(words);
    }

    private static byte[] hcl(byte[] report, String runtimeData, int hashType) {
        byte[] head = Arrays.copyOf(bytes("HCLA\1"), 32);
        byte[] request = new byte[20];
        request[12] = (byte) hashType;
        request[16] = (byte) runtimeData.length();
        return Arrays.copyOf(Der.join(head, Arrays.copyOf(report, 1184), request, bytes(runtimeData)), 2600);
    }

    private static byte[] tdReport() {
        byte[] report = TdxHost.body(1024);
        Arrays.fill(report, 0, 16, (byte) 0);
        report[0] = (byte) 0x81;
        return report;
    }

    private static byte[] certificateTable() {
        byte[][] certificates = {
            Pki.encoded(MILAN.key()), Pki.encoded(SnpHost.ASK_CERTIFICATE), Pki.encoded(SnpHost.ARK_CERTIFICATE)
        };
        String[] guids = {
            "63da758de6644564adc5f4b93be8accd", "4ab7b379bbac4fe4a02f05aef327c782", "c0b406a4a803495297433fb6014cd0ae"
        };
        byte[] table = new byte[0];
        int offset = 4 * 24;
        for (int i = 0; i < guids.length; i++) {
            table = Der.join(table, HexFormat.of().parseHex(guids[i]), number(offset), number(certificates[i].length));
            offset += certificates[i].length;
        }
        return Der.join(table, new byte[24], certificates[0], certificates[1], certificates[2]);
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)};
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Octets part(byte[] bytes, int from, int size) {
        return Octets.of(bytes).slice(from, size);
    }
}
