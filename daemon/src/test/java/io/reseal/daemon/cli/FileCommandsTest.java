package io.reseal.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FileCommandsTest {
    private static final String MRTD =
            "71d5f95aea4c6918eca3836ce42d82146fed35385436cfdbf08085ec333c4dc75adb68f9e3ad2b26f57dbefcff3aa618";
    private static final String FOUR_VCPUS =
            "20049ca6e99000f3b6a2c65c075c24301b499803f4bdba29e1839a00886f9039cc8e93b5fc288580961f51d50a7d204f";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path bundle = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        bundle = file("valid-ovmf-like.igvm");
    }

    @Test
    void a_command_that_reads_a_file_says_what_is_in_a_bundle() {
        assertThat(run("igvm", "inspect", bundle)).isZero();
        assertThat(out()).contains("SEV_SNP, mask 0x2", "policy       0x30000", "1 CPUID_DATA, 4 NORMAL");
        assertThat(err()).isEmpty();
    }

    @Test
    void a_command_that_reads_a_file_measures_a_bundle_for_a_machine() {
        assertThat(run("igvm", "measure", bundle, "--vcpus", "4", "--json")).isZero();

        var document = document();
        assertThat(document.path("verdict").asString()).isEqualTo("accept");
        assertThat(document.path("error").isNull()).isTrue();
        var digest = document.path("digests").path("SEV_SNP");
        assertThat(digest.path("launchDigest").asString()).isEqualTo(FOUR_VCPUS);
        assertThat(digest.path("vcpus").asInt()).isEqualTo(4);
        assertThat(digest.path("cpuSignature").asString()).isEqualTo("0x800f12");
        assertThat(digest.path("regions").get(0)).hasToString("""
                {"gpa":"0x800000","length":"0x4000","type":"NORMAL"}""");
    }

    @Test
    void a_command_that_reads_a_file_measures_a_reset_with_interrupts_enabled_beside_the_start() throws IOException {
        assertThat(run("igvm", "measure", bundle, "--json", "--reset")).isZero();
        var digest = document().path("digests").path("SEV_SNP");
        var reset = digest.path("resetDigests");
        assertThat(reset.path("firstVcpu").asString())
                .hasSize(96)
                .isEqualTo(reset.path("allVcpus").asString())
                .isNotEqualTo(digest.path("launchDigest").asString());
        assertThat(reset.path("others").isEmpty()).isTrue();
        assertThat(reset.path("complete").asBoolean()).isTrue();

        var firmware = Files.write(folder.resolve("tiny.fd"), Files.readAllBytes(TinyGuest.image()));
        for (var command : List.of(
                new Object[] {"igvm", "measure", bundle},
                new Object[] {"firmware", "measure", firmware, "--kind", "sev-snp"})) {
            out.reset();
            assertThat(run(Stream.concat(Stream.of(command), Stream.of("--vcpus", "2", "--reset"))
                            .toArray()))
                    .isZero();
            assertThat(out())
                    .contains(" if vCPU 0 alone has interrupts enabled", " if all vCPUs have interrupts enabled")
                    .contains(" if others of them have");
        }
        out.reset();
        assertThat(run("igvm", "measure", bundle, "--vcpus", "8", "--reset")).isZero();
        assertThat(out()).contains("one more for each other set of vCPUs that have interrupts enabled");
    }

    @Test
    void a_command_that_reads_a_file_measures_the_same_for_a_signature_as_for_the_model_that_has_it() {
        assertThat(run("igvm", "measure", bundle, "--cpu-model", "EPYC-Genoa-v2"))
                .isZero();
        var byModel = out();
        out.reset();
        assertThat(run("igvm", "measure", bundle, "--cpu-signature", "0xa10f10"))
                .isZero();
        assertThat(out()).isEqualTo(byModel);
    }

    @Test
    void a_command_that_reads_a_file_measures_a_td_and_says_that_qemu_launches_none_from_a_bundle() throws IOException {
        assertThat(run("igvm", "measure", file("valid-tdx-min.igvm"), "--platform", "tdx"))
                .isZero();
        assertThat(out()).contains("TDX MRTD " + MRTD, "QEMU refuses (all up to 11.1): no platform");
    }

    @Test
    void a_command_that_reads_a_file_rejects_a_bundle_that_is_not_for_the_wanted_platform() {
        assertThat(run("igvm", "measure", bundle, "--platform", "tdx", "--json"))
                .isEqualTo(5);
        assertThat(document().path("error").path("code").asString()).isEqualTo("NO_SUCH_PLATFORM");
        assertThat(err()).contains("is not for tdx, but for [NATIVE, SEV_SNP]");
    }

    @Test
    void a_command_that_reads_a_file_rejects_a_bundle_with_code_and_place() throws IOException {
        assertThat(run("igvm", "inspect", file("malformed-page-type-4.igvm"), "--json"))
                .isEqualTo(5);
        assertThat(document()).hasToString("""
                {"verdict":"reject","error":{"code":"PAGE_DATA_TYPE","offset":248,"message":\
                "PAGE_DATA_TYPE at 0xf8: data type 4, allowed is 0 (NORMAL) to 3 (CPUID_XF)"},\
                "warnings":[],"qemuRefuses":[],"platforms":[],"digests":{}}""");
        assertThat(err()).contains("malformed-page-type-4.igvm: PAGE_DATA_TYPE at 0xf8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"igvm inspect", "igvm measure", "firmware measure --kind tdx", "report inspect"})
    @Timeout(30)
    void a_command_that_reads_a_file_rejects_what_is_no_file_and_never_waits_for_it(String command) throws Exception {
        var fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        for (var odd : new Path[] {fifo, folder, Path.of("/dev/zero"), folder.resolve("none")}) {
            assertThat(run((Object[]) (command + " " + odd).split(" ")))
                    .as("%s", odd)
                    .isEqualTo(5);
            assertThat(err()).contains(odd.toString()).doesNotContain("Exception");
            err.reset();
        }
    }

    @Test
    void a_command_that_reads_a_file_rejects_firmware_without_metadata() throws IOException {
        var image = Files.write(folder.resolve("bios.bin"), new byte[1 << 16]);
        assertThat(run("firmware", "measure", image, "--kind", "sev-snp")).isEqualTo(5);
        assertThat(err()).contains("bios.bin: NO_TABLE at 0xffd0");
    }

    @Test
    void a_command_that_reads_a_file_shows_a_quote_and_compares_it() throws IOException {
        var quote = quote();
        assertThat(run("report", "inspect", quote, "--json")).isZero();
        var mrtd = document().path("digests").path("TDX").path("mrtd").asString();
        assertThat(mrtd).hasSize(96);
        out.reset();

        assertThat(run("report", "inspect", quote, "--expect", mrtd)).isZero();
        assertThat(out()).contains("mrtd", mrtd, "not judged: who made it");
        assertThat(run("report", "inspect", quote, "--expect", MRTD)).isEqualTo(5);
        assertThat(err()).contains("expected " + MRTD);
        assertThat(run("report", "inspect", quote, "--expect", "abc")).isEqualTo(2);
    }

    @Test
    void a_command_that_reads_a_file_rejects_what_is_neither_report_nor_quote() throws IOException {
        var garbage = Files.write(folder.resolve("report.bin"), new byte[1184]);
        assertThat(run("report", "inspect", garbage, "--json")).isEqualTo(5);
        assertThat(document().path("error").path("code").asString()).isEqualTo("VERSION");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "igvm measure x --vcpus 0",
                "igvm measure x --cpu-model host",
                "igvm measure x --cpu-signature 12",
                "igvm measure x --cpu-model EPYC --cpu-signature 0x1",
                "igvm measure x --platform sev",
                "firmware measure x",
                "igvm",
                "igvm inspect"
            })
    void a_command_that_reads_a_file_names_the_argument_that_cannot_be(String command) {
        assertThat(run((Object[]) command.split(" "))).isEqualTo(2);
        assertThat(err()).startsWith("reseal: ").hasLineCount(1);
    }

    private Path file(String name) throws IOException {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream(name), name)) {
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }

    private Path quote() throws IOException {
        var base64 = Files.readString(file("tdx-quote-v4.b64"));
        return Files.write(folder.resolve("quote.bin"), Base64.getMimeDecoder().decode(base64));
    }

    private int run(Object... arguments) {
        var console = new Console(stream(out), stream(err), Map.of());
        var words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return new Cli(() -> "1", _ -> 0, console).run(words);
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
