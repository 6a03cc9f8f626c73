package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.ListenFailed;
import io.reseal.qmp.QmpException.ProtocolBroken;
import io.reseal.testbed.peer.PeerConnection;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QmpServerTest {
    @TempDir
    Path folder;

    private final QmpTransport epoll = QmpTransport.create(1);
    private final QmpTransport nio = QmpTransport.nio(1);
    private final Recorder told = new Recorder();
    private final LinkedBlockingQueue<CompletableFuture<QmpConnection>> visitors = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        epoll.close();
        nio.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_QEMU_that_dials_in_is_a_connection_like_any_other(boolean isNative) throws Exception {
        var server = listen(isNative ? epoll : nio, QmpSettings.defaults());
        try (var qemu = dialIn()) {
            say(qemu, PeerConnection.GREETING);
            answer(qemu, "{}");
            var connection = visitor().get(20, TimeUnit.SECONDS);
            var reply = connection.execute(QmpCommand.of("query-name"));
            answer(qemu, "{\"name\": \"web-1\"}");

            assertThat(reply.get(20, TimeUnit.SECONDS).path("name").stringValue(""))
                    .isEqualTo("web-1");
            assertThat(connection.isAccepted()).isTrue();
            assertThat(connection.socket()).isEqualTo(server.socket());
            assertThat(connection.peer().map(peer -> (long) peer.pid()))
                    .isEqualTo(
                            isNative && epoll.isNative()
                                    ? Optional.of(ProcessHandle.current().pid())
                                    : Optional.empty());
            server.close();
            say(qemu, "{\"event\": \"STOP\"}\r\n");
            told.next(QmpEvent.Stop.class);
            qemu.shutdownOutput();
            told.next(ConnectionLost.class);
        }
    }

    @Test
    void whoever_dials_in_and_does_not_greet_is_let_go_of() throws Exception {
        try (var _ = listen(epoll, QmpSettings.defaults().withGreetingDeadline(Duration.ofMillis(50)));
                var silent = dialIn()) {
            assertThat(visitor())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ProtocolBroken.class)
                    .withMessageContaining("a greeting within 50 ms");
            assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void a_visitor_that_is_not_wanted_is_cancelled_like_a_connect() throws Exception {
        try (var _ = listen(epoll, QmpSettings.defaults());
                var qemu = dialIn()) {
            visitor().cancel(false);
            assertThat(qemu.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void the_socket_is_open_to_owner_and_group_only_and_goes_with_the_server() throws IOException {
        var server = listen(epoll, QmpSettings.defaults());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
                .isEqualTo("rw-rw----");

        server.close();

        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_file_that_nobody_listens_on_is_replaced() throws IOException {
        try (var abandoned = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            abandoned.bind(UnixDomainSocketAddress.of(socket()));
        }
        listen(epoll, QmpSettings.defaults()).close();
        assertThat(Files.exists(socket())).isFalse();
    }

    @Test
    void a_path_in_use_or_unfit_is_an_error_that_tells_the_cure() throws IOException {
        try (var _ = listen(epoll, QmpSettings.defaults())) {
            assertThatThrownBy(() -> listen(nio, QmpSettings.defaults()))
                    .isInstanceOf(ListenFailed.class)
                    .hasMessageContaining(
                            "another process (pid " + ProcessHandle.current().pid() + ") listens there: stop it");
            assertThat(Files.exists(socket())).isTrue();
        }
        Files.writeString(socket(), "data");
        assertThatThrownBy(() -> listen(epoll, QmpSettings.defaults()))
                .hasMessageContaining("something else than a socket");
        assertThat(Files.readString(socket())).isEqualTo("data");
        assertThatThrownBy(() -> QmpServer.listen(
                        epoll, QmpSettings.defaults(), folder.resolve("missing/dial-in.sock"), _ -> told))
                .isInstanceOf(ListenFailed.class)
                .hasMessageContaining("its folder does not exist: create it");
        assertThatThrownBy(() -> QmpServer.listen(
                        epoll, QmpSettings.defaults(), folder.resolve("x".repeat(100) + "/s"), _ -> told))
                .hasMessageContaining("too long");
    }

    private QmpServer listen(QmpTransport transport, QmpSettings settings) {
        return QmpServer.listen(transport, settings, socket(), visitor -> {
            visitors.add(visitor);
            return told;
        });
    }

    private Path socket() {
        return folder.resolve("dial-in.sock");
    }

    private SocketChannel dialIn() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private CompletableFuture<QmpConnection> visitor() throws InterruptedException {
        var visitor = visitors.poll(20, TimeUnit.SECONDS);
        assertThat(visitor).isNotNull();
        return Objects.requireNonNull(visitor);
    }

    private static void say(SocketChannel qemu, String text) throws IOException {
        qemu.write(StandardCharsets.UTF_8.encode(text));
    }

    /** Hears one command, which is short, and answers it. */
    private static void answer(SocketChannel qemu, String value) throws IOException {
        var line = ByteBuffer.allocate(4096);
        do {
            qemu.read(line);
        } while (line.get(line.position() - 1) != '\n');
        var command = new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
        say(qemu, "{\"return\": " + value + ", \"id\": \"" + PeerConnection.id(command) + "\"}\r\n");
    }
}
