package io.reseal.daemon.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminConnectionTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path folder;

    @Test
    void a_daemon_that_says_nothing_is_waited_for_until_the_deadline_and_no_longer() throws IOException {
        try (var server = listen(1);
                var connection = AdminConnection.open(folder.resolve("admin.sock"), SHORT)) {
            connection.waitAtMost(SHORT);

            assertThatThrownBy(connection::read).isInstanceOf(SocketTimeoutException.class);
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void a_daemon_that_takes_no_connections_is_told_as_busy_when_the_deadline_is_over() throws IOException {
        var waiting = new ArrayList<AdminConnection>();
        try (var server = listen(1)) {
            assertThatThrownBy(() -> {
                        while (waiting.size() < 100) {
                            waiting.add(AdminConnection.open(folder.resolve("admin.sock"), SHORT));
                        }
                    })
                    .isInstanceOf(AdminConnection.BusyException.class);
            assertThat(server.isOpen()).isTrue();
        } finally {
            waiting.forEach(AdminConnection::close);
        }
    }

    @Test
    void what_is_larger_than_the_buffers_of_the_socket_is_sent_and_read_whole() throws Exception {
        var bytes = new byte[3_000_000];
        bytes[bytes.length - 1] = 7;
        try (var server = listen(1);
                var connection = AdminConnection.open(folder.resolve("admin.sock"), SHORT)) {
            var echo = Thread.ofPlatform().daemon().start(() -> echo(server));
            connection.waitAtMost(Duration.ofSeconds(20));
            connection.send(bytes);

            assertThat(connection.readNBytes(bytes.length)).isEqualTo(bytes);
            assertThat(connection.read()).isEqualTo(-1);
            echo.join();
        }
    }

    /** Takes all, and sends it back. */
    private static void echo(ServerSocketChannel server) {
        try (var client = server.accept()) {
            var all = ByteBuffer.allocate(3_000_000);
            while (all.hasRemaining()) {
                client.read(all);
            }
            all.flip();
            while (all.hasRemaining()) {
                client.write(all);
            }
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }

    private ServerSocketChannel listen(int backlog) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("admin.sock")), backlog);
    }
}
