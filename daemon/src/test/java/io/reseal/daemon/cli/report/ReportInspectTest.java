package io.reseal.daemon.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.Cli;
import io.reseal.daemon.cli.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ReportInspectTest {
    private static final int CHIP_ID = 0x1a0;
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private byte[] report = new byte[0];
    private String chain = "";
    private String vcek = "";
    private String ask = "";
    private String ark = "";

    @BeforeEach
    void read() throws IOException {
        report = HexFormat.of().parseHex(resource("snp-report-v3.hex").strip());
        chain = resource("snp-chain.pem");
        var blocks = Arrays.asList(chain.split("(?<=-----END CERTIFICATE-----\n)", -1));
        vcek = blocks.get(0);
        ask = blocks.get(1);
        ark = blocks.get(2);
    }

    @Test
    void report_inspect_finds_the_chain_in_any_order_and_in_several_files() throws IOException {
        assertGenuine("--chain", file("reversed.pem", "the root:\r\n" + ark + "\n\n" + ask + vcek));
        assertGenuine("--chain", file("a.der", der(vcek)), "--chain", file("b.pem", "# AMD\n" + ask + ark));
        assertGenuine("--chain", file("vcek.b64", BASE64.encode(der(vcek))), "--chain", file("b.pem", ark + ask));
    }

    /** As PowerShell writes text. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void report_inspect_reads_text_of_Windows(String charset) throws IOException {
        var pem = file("chain.pem", wide(chain.replace("\n", "\r\n"), charset));
        var json = Json.object().put("SnpReport", URL.encodeToString(report)).toString();
        for (var text : List.of(HexFormat.of().formatHex(report), BASE64.encodeToString(report) + "\r\n", json)) {
            assertThat(inspect(wide(text, charset), "--chain", pem)).isZero();
        }
    }

    private static byte[] wide(String text, String charset) {
        return ("\ufeff" + text).getBytes(Charset.forName(charset));
    }

    @Test
    void report_inspect_takes_the_bundle_of_Azure() throws IOException {
        var thim = Json.object()
                .put("vcekCert", vcek)
                .put("tcbm", "DB18000000000004")
                .put("certificateChain", ask + ark)
                .put("cacheControl", "86400")
                .toString();

        assertGenuine("--chain", file("thim.json", thim));
        assertGenuine("--chain", file("thim.b64", BASE64.encode(bytes(thim))));
    }

    @Test
    void report_inspect_names_the_file_of_certificates_that_is_wrong_and_shows_the_report_before() throws IOException {
        var good = file("good.pem", vcek);
        var cut = file("cut.pem", ask.substring(0, 900));

        assertThat(inspect(report, "--chain", good, "--chain", cut, "--chain", folder.resolve("none")))
                .isEqualTo(5);
        assertThat(err())
                .contains(
                        cut + ": line 1: the PEM block has no line", folder.resolve("none") + ": there is no such file")
                .doesNotContain("good.pem");
        assertThat(out()).contains("measurement", "abababab", "not judged: who made it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1, 2", "{\"vcekCert\": \"none\"}", "-----BEGIN CERTIFICATE-----", "hello", ""})
    void report_inspect_says_of_a_file_without_certificates_that_there_are_none(String text) throws IOException {
        var file = file("none.pem", text);

        assertThat(inspect(report, "--chain", file)).isEqualTo(5);
        assertThat(err()).startsWith("reseal: " + file + ": ").hasLineCount(1).doesNotContain("Exception");
    }

    @Test
    void report_inspect_shows_all_that_it_read_and_then_what_failed() throws IOException {
        report[CHIP_ID] ^= 1;

        assertThat(inspect(report, "--expect", "cd".repeat(48), "--chain", file("chain.pem", chain)))
                .isEqualTo(5);
        assertThat(out())
                .contains("measurement             abab", "as expected             NO", "FAILED: the report is of chip")
                .contains("ok: the certificates form a chain", "not judged: whether AMD has revoked");
        assertThat(err()).contains("the report is not signed by the key of", "the report is of chip", "expected cdcd");
    }

    @Test
    void report_inspect_says_the_same_in_JSON() throws IOException {
        report[CHIP_ID] ^= 1;

        assertThat(inspect(report, "--json", "--chain", file("chain.pem", chain)))
                .isEqualTo(5);
        var document = document();
        assertThat(document.path("verdict").asString()).isEqualTo("reject");
        assertThat(document.path("error").path("code").asString()).isEqualTo("NOT_GENUINE");
        assertThat(document.path("report").path("measurement").asString()).startsWith("abab");
        assertThat(document.path("evidence").path("kind").asString()).isEqualTo("SNP_REPORT");
        assertThat(document.path("certificates")).hasSize(3);
        assertThat(document.path("checks")).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2039-12-31", "2024-01-01T00:00:00Z", "2024-01-01T01:30+01:00", "2025-06-01T12:00:00.5"})
    void report_inspect_judges_certificates_at_the_time_that_was_asked_for(String time) throws IOException {
        assertGenuine("--chain", file("chain.pem", chain), "--at", time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2040-01-02", "2023-12-31T23:59:59Z", "2024-01-01T00:30+01:00"})
    void report_inspect_fails_when_the_certificates_were_not_valid_then(String time) throws IOException {
        assertThat(inspect(report, "--chain", file("chain.pem", chain), "--at", time))
                .isEqualTo(5);
        assertThat(err()).contains("is valid from 2024-01-01T00:00:00Z to 2040-01-01T00:00:00Z, not at ");
        assertThat(out()).contains("judged at", "ok: the report is signed by the certificate's key");
    }

    @Test
    void report_inspect_asks_for_a_time_that_can_be_read() throws IOException {
        assertThat(inspect(report, "--at", "yesterday")).isEqualTo(2);
        assertThat(err())
                .contains("`yesterday` is no time", "2025-11-28T14:05:00Z")
                .hasLineCount(1);
    }

    @Test
    void report_inspect_finds_the_report_in_the_JSON_of_common_tools() throws IOException {
        var url = URL.encodeToString(report);
        var maa = Json.object().put("SnpReport", url).put("VcekCertChain", URL.encodeToString(bytes(chain)));
        var trustee = Json.object();
        trustee.set("attestation_report", SnpFields.ofSev(report));
        var entry = trustee.putArray("cert_chain").addObject().put("cert_type", "VCEK");
        entry.set("data", numbers(der(vcek)));
        var gosev = Json.object();
        gosev.set("report", SnpFields.ofProtobuf(report));
        gosev.putObject("certificateChain").put("vcekCert", BASE64.encodeToString(der(vcek)));

        for (var json : List.of(
                Json.object().put("report", BASE64.encodeToString(report)),
                Json.object().put("attestation_report", HexFormat.of().formatHex(report)),
                Json.object()
                        .put("report", URL.encodeToString(bytes(maa.toString())))
                        .put("runtimeData", "e30"),
                Json.object()
                        .put("version", 1)
                        .put("hcl_report", URL.encodeToString(hcl()))
                        .put("vcek", vcek),
                numbers(report),
                trustee,
                gosev)) {
            assertThat(inspect(bytes(json.toString()), "--chain", file("chain.pem", chain)))
                    .as("%s: %s", json, err())
                    .isZero();
            assertThat(out()).contains("JSON", "ok: the report is signed by the certificate's key");
        }
    }

    @Test
    void report_inspect_takes_a_VCEK_that_came_with_the_report_but_no_root() throws IOException {
        var json = bytes(Json.object()
                .put("report", BASE64.encodeToString(report))
                .put("certs", chain)
                .toString());

        assertThat(inspect(json)).isZero();
        assertThat(out()).contains("not judged: who made it (certificates came with it, but their root proves nothing");
        assertThat(inspect(json, "--chain", file("ark.pem", ark))).isZero();
        assertThat(inspect(json, "--chain", file("ask.pem", ask))).isEqualTo(5);
        assertThat(err()).contains("the ARK is missing");
    }

    @Test
    void report_inspect_does_not_choose_between_two_reports() throws IOException {
        var one = BASE64.encodeToString(report);
        report[CHIP_ID] ^= 1;
        var json = Json.object().put("a", one).put("b", BASE64.encodeToString(report));

        assertThat(inspect(bytes(json.toString()))).isEqualTo(5);
        assertThat(err()).contains("SEV-SNP attestation report in a, SEV-SNP attestation report in b");
        assertThat(inspect(bytes(json.put("b", one).toString()))).isZero();
    }

    @Test
    void report_inspect_explains_what_is_no_report_of_a_guest() throws IOException {
        var tdReport = new byte[1024];
        tdReport[0] = (byte) 0x81;
        var sgx = new byte[500];
        sgx[0] = 3;
        sgx[2] = 2;

        assertThat(inspect(tdReport, "--json")).isEqualTo(5);
        assertThat(document().path("report").path("mrtd").asString()).isEqualTo("0".repeat(96));
        assertThat(err()).contains("is a TDREPORT, which carries no signature", "into a quote");
        assertThat(inspect(sgx)).isEqualTo(5);
        assertThat(out()).contains("SGX quote", "version");
        assertThat(err()).contains("is an SGX quote, of an enclave, and no TDX quote");
    }

    @Test
    void report_inspect_shows_a_report_whose_signature_is_cut() throws IOException {
        assertThat(inspect(Arrays.copyOf(report, 1000), "--chain", file("chain.pem", chain)))
                .isEqualTo(5);
        assertThat(out()).contains("measurement", "abab").doesNotContain("ok: ");
        assertThat(err()).contains("begins like a report, but has 1000 bytes");
    }

    @Test
    void report_inspect_says_of_a_later_version_that_Reseal_is_too_old() throws IOException {
        report[0] = 6;

        assertThat(inspect(report)).isEqualTo(5);
        assertThat(out()).contains("SEV-SNP attestation report", "version", "6");
        assertThat(err()).contains("found version 6", "Reseal is too old");
    }

    private byte[] hcl() {
        var blob = new byte[2600];
        System.arraycopy(bytes("HCLA"), 0, blob, 0, 4);
        System.arraycopy(report, 0, blob, 0x20, report.length);
        return blob;
    }

    private static JsonNode numbers(byte[] bytes) {
        var array = Json.object().putArray("bytes");
        for (var each : bytes) {
            array.add(Byte.toUnsignedInt(each));
        }
        return array;
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void assertGenuine(Object... options) throws IOException {
        assertThat(inspect(report, options)).as(err()).isZero();
        assertThat(out())
                .contains("ok: the report is signed by the certificate's key", "ok: the certificates form a chain")
                .doesNotContain("FAILED");
    }

    private String resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private Path file(String name, String text) throws IOException {
        return file(name, bytes(text));
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private int inspect(byte[] evidence, Object... options) throws IOException {
        out.reset();
        err.reset();
        var words = new ArrayList<>(
                List.of("report", "inspect", file("evidence", evidence).toString()));
        Arrays.stream(options).map(Object::toString).forEach(words::add);
        var console = new Console(stream(out), stream(err), Map.of());
        return new Cli(() -> "1", _ -> 0, console).run(words.toArray(String[]::new));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private JsonNode document() {
        return Json.MAPPER.readTree(out());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
