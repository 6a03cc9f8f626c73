package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketPathTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "file:///run/web.qmp, /run/web.qmp",
        "file:///run/m%C3%BCller%20%25.qmp, /run/müller %.qmp",
        "file:///run/m%FCller.qmp, /run/m\\xfcller.qmp",
        "file:///run/%E4%BD%E4%BD%A0, /run/\\xe4\\xbd你",
        "file:///run/a%F0%9F%90%A7, /run/a🐧",
        "file:///tmp/, /tmp"
    })
    void the_path_of_a_socket_is_shown_in_UTF_8_and_other_bytes_in_hexadecimal(String uri, String text) {
        assertThat(SocketPath.text(Path.of(URI.create(uri)))).isEqualTo(text);
    }

    @Test
    void the_path_of_a_socket_is_bytes() {
        assertThat(SocketPath.bytes(Path.of(URI.create("file:///run/%FC%0A"))))
                .isEqualTo(new byte[] {'/', 'r', 'u', 'n', '/', (byte) 0xfc, '\n'});
        assertThat(SocketPath.utf8(Path.of(URI.create("file:///run/%FC")))).isEmpty();
        assertThat(new String(SocketPath.bytes(Path.of("a/b")), StandardCharsets.UTF_8))
                .isEqualTo("a/b");
    }

    @Test
    void the_bytes_of_a_path_are_those_that_it_was_made_of_whatever_they_are() {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[1 + random.nextInt(6)];
            random.nextBytes(bytes);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = bytes[at] == 0 || bytes[at] == '/' || bytes[at] == '.' ? (byte) 0xbf : bytes[at];
            }
            var escaped = HexFormat.of().withPrefix("%").formatHex(bytes);
            assertThat(SocketPath.bytes(Path.of(URI.create("file:///" + escaped))))
                    .as(escaped)
                    .isEqualTo(("/" + new String(bytes, StandardCharsets.ISO_8859_1))
                            .getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Event loops compare paths with what clients ask for. */
    @Test
    void the_text_of_a_path_that_the_JDK_has_decoded_well_is_not_worked_out_again() {
        var path = Path.of("/run/reseal/web-1.qmp");
        assertThat(SocketPath.text(path)).isSameAs(path.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"m%C3%BCller.qmp", "m%FCller.qmp", "%E4%BD%A0%FF"})
    void the_path_of_a_socket_is_connected_to_by_its_bytes(String name) throws IOException {
        var socket = Path.of(URI.create(folder.toUri() + name));
        var told = new Recorder();
        try (var peer = ScriptedPeer.playing(socket, client -> {
                    client.greetAndNegotiate();
                    client.stay();
                });
                var transport = QmpTransport.create(1);
                var nio = QmpTransport.nio(1)) {
            var client = new QmpClient(transport, QmpSettings.defaults());
            var connection = client.connect(peer.socket(), told).join();
            assertThat(connection.version()).hasToString("11.1.3");
            assertThat(connection.peer().isPresent()).isEqualTo(transport.isNative());
            connection.close();
            var without = new QmpClient(nio, QmpSettings.defaults()).connect(peer.socket(), told);
            assertThat(without.join().version()).hasToString("11.1.3");

            var missing = client.connect(Path.of(URI.create(folder.toUri() + "none%FF")), told);
            assertThat(missing.handle((_, failure) -> String.valueOf(failure)).join())
                    .contains("there is no such file");
        }
    }
}
