package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.Locales;
import io.reseal.daemon.api.Json;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.peer.ScriptedPeer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requires(QEMU)
class LocaleTest {
    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void paths_that_are_not_ASCII_are_found_watched_and_connected_in_every_locale(String locale, Testbed testbed) {
        var folder = testbed.folder();
        var utf8 = testbed.own(ScriptedPeer.listen(Utf8Path.of(folder + "/müller.qmp")));
        testbed.own(ScriptedPeer.listen(Path.of(URI.create(folder.toUri() + "m%FCller.qmp"))));
        testbed.own(ScriptedPeer.listen(Utf8Path.of(folder + "/grün.sock")));
        testbed.own(ScriptedPeer.listen(Utf8Path.of(folder + "/straße-1.sock")));
        var config = TestConfig.in(folder)
                .with("discovery.sockets", "[\"%s/*.qmp\", \"%s/stra?e-*.sock\"]".formatted(folder, folder))
                .withGuests("[{name: green, qmp: \"" + folder + "/grün.sock\"}]");

        var daemon = DaemonProcess.start(testbed, config, Map.of("LC_ALL", locale, "LANG", locale, "LC_CTYPE", locale));

        await("all")
                .atMost(PATIENCE)
                .until(() -> daemon.guests().stream()
                                .filter(guest -> guest.state().equals("watching"))
                                .count()
                        == 4);
        assertThat(daemon.guests())
                .extracting(guest -> guest.json().path("socket").asString())
                .containsExactlyInAnyOrder(
                        folder + "/müller.qmp",
                        folder + "/m\\xfcller.qmp",
                        folder + "/grün.sock",
                        folder + "/straße-1.sock");
        assertThat(daemon.guests()).extracting(SeenGuest::name).contains("green");
        var path = URLEncoder.encode(folder + "/müller.qmp", StandardCharsets.UTF_8);
        var answer = daemon.client()
                .post("/v1/guests/" + path + "/resets", Json.object().put("prove", "observed"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        utf8.awaitCommand("system_reset");
        assertThat(daemon.logText()).contains(folder + "/m\\xfcller.qmp: called m_ller-");
        if (locale.equals("C.UTF-8")) {
            assertThat(daemon.logText()).doesNotContain("the locale");
        } else {
            assertThat(daemon.logText())
                    .contains(
                            "the locale (LC_ALL=" + locale + ") has the character set ANSI_X3.4-1968",
                            "LC_ALL=C.UTF-8");
        }
    }

    @Test
    void paths_that_are_not_ASCII_are_taken_as_arguments_with_their_bytes() {
        var line = "java\0-jar\0show\0/m\u00fcller.qmp\0/m\u00c3\u00bcller.qmp\0".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Locales.last(3, line)).containsExactly("show", "/m\\xfcller.qmp", "/müller.qmp");
    }

    /** An argument of bytes that no String of this JVM can hold comes from a shell. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void paths_that_are_not_ASCII_are_found_by_the_command_line_that_gives_them_as_bytes(String locale, Testbed testbed)
            throws Exception {
        var folder = testbed.folder();
        testbed.own(ScriptedPeer.listen(Path.of(URI.create(folder.toUri() + "m%FCller.qmp"))));
        var config = TestConfig.in(folder);
        var daemon = DaemonProcess.start(testbed, config);
        await("watched")
                .atMost(PATIENCE)
                .until(() ->
                        daemon.guests().stream().anyMatch(seen -> seen.state().equals("watching")));
        var show = "exec \"$0\" --enable-native-access=ALL-UNNAMED -cp \"$1\" io.reseal.daemon.Reseal show"
                + " --admin-socket \"$2\" \"$(printf '%s/m\\374ller.qmp' \"$3\")\"";
        var builder = new ProcessBuilder(
                "sh",
                "-c",
                show,
                System.getProperty("java.home") + "/bin/java",
                System.getProperty("java.class.path"),
                config.adminSocket().toString(),
                folder.toString());
        builder.environment().put("LC_ALL", locale);
        var process = builder.redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("m\\xfcller.qmp");
    }

    @Test
    void paths_that_are_not_ASCII_are_complained_of_with_the_locale_and_the_cure() {
        assertThat(Locales.complaint("UTF-8", Map.of())).isEqualTo(Optional.empty());
        assertThat(Locales.complaint("ISO-8859-1", Map.of("LC_ALL", "", "LANG", "de_DE"))
                        .orElseThrow())
                .contains("the locale (LANG=de_DE) has the character set ISO-8859-1", "set LC_ALL=C.UTF-8");
        assertThat(Locales.complaint("ANSI_X3.4-1968", Map.of()).orElseThrow())
                .contains("(no LC_ALL, LC_CTYPE or LANG)");
    }
}
