package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.host.UnixSockets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SilenceCauseTest {
    private static final Path PROC = Path.of("/proc");
    private static final Path QMP = Path.of("/run/qemu/web-1.qmp");

    @TempDir
    private Path folder;

    @Test
    void the_silence_of_a_monitor_has_a_holder_only_while_another_client_is_served() throws IOException {
        var socket = folder.resolve("a.qmp");
        try (var server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket), 1)) {
            assertThat(UnixSockets.served(socket)).isEmpty();
            var client = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            try (var queued = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                assertThat(UnixSockets.served(socket)).as("in the queue").isEmpty();
                var taken = server.accept();
                var served = UnixSockets.served(socket);
                assertThat(served).hasSize(1);
                assertThat(new ProcessTable(PROC, Clock.systemUTC()).holderOf(served.getFirst()))
                        .endsWith("(pid " + ProcessHandle.current().pid() + ")");
                assertThat(new ProcessTable(folder, Clock.systemUTC()).holderOf(served.getFirst()))
                        .isEqualTo("of a process that cannot be seen from here");
                client.close();
                assertThat(UnixSockets.served(socket)).as("left").isEmpty();
                taken.close();
                assertThat(queued.isOpen()).isTrue();
            }
        }
        assertThat(UnixSockets.served(folder.resolve("none"))).isEmpty();
    }

    @Test
    void the_silence_of_a_monitor_is_not_that_of_a_socket_of_the_same_name_elsewhere() throws IOException {
        var one = folder.resolve("one.qmp");
        var two = folder.resolve("two.qmp");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(one));
                var other =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(two));
                var client = SocketChannel.open(UnixDomainSocketAddress.of(one));
                var taken = server.accept()) {
            assertThat(UnixSockets.served(two)).isEmpty();
            Files.delete(two);
            Files.move(one, two);
            assertThat(UnixSockets.served(two)).hasSize(1);
            assertThat(taken.isOpen() && client.isOpen() && other.isOpen()).isTrue();
        }
    }

    @Test
    void the_silence_of_a_monitor_is_told_with_no_more_than_what_was_seen() {
        assertThat(detail(SilenceCause.UNSEEN))
                .isEqualTo(
                        "/run/qemu/web-1.qmp: connected, no greeting yet: QEMU is starting, stopped, or serves another"
                                + " client; Reseal waits, unknown is not dead");
        assertThat(detail(new SilenceCause(Optional.of("(pid 7) is stopped by a signal (SIGSTOP)"), Optional.empty())))
                .contains("QEMU (pid 7) is stopped by a signal")
                .doesNotContain("another client");
        assertThat(detail(new SilenceCause(Optional.empty(), Optional.of("virsh (pid 9)"))))
                .contains("another client, virsh (pid 9), holds this monitor: end that client, or give QEMU one more");
        assertThat(ConnectionProblem.ungreeted(QMP, new SilenceCause(Optional.empty(), Optional.of("virsh (pid 9)")))
                        .kind())
                .isEqualTo(ConnectionProblem.Kind.OCCUPIED);
        assertThat(ConnectionProblem.ungreeted(QMP, SilenceCause.UNSEEN).kind())
                .isEqualTo(ConnectionProblem.Kind.UNGREETED);
    }

    private static String detail(SilenceCause silence) {
        return ConnectionProblem.ungreeted(QMP, silence).detail();
    }
}
