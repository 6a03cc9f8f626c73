package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.HttpServer.AdminSocket;
import io.reseal.daemon.http.admission.Admission.Limits;
import io.reseal.daemon.http.routes.ApiServices;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminSocketTest {
    @TempDir
    Path folder;

    @Test
    void the_admin_socket_has_mode_0660_and_goes_when_the_server_is_closed() throws IOException {
        var socket = folder.resolve("admin.sock");
        try (var _ = ServedGuests.on(socket)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactlyInAnyOrder(socket, folder.resolve("admin.sock.lock"));
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void the_admin_socket_replaces_one_that_a_killed_daemon_left() throws IOException {
        var socket = folder.resolve("admin.sock");
        try (var killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        try (var served = ServedGuests.on(socket)) {
            assertThat(Wire.get(served.admin(), "/healthz")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void the_admin_socket_is_left_to_a_daemon_that_lives() throws IOException {
        var socket = folder.resolve("admin.sock");
        try (var first = ServedGuests.on(socket)) {
            assertThatThrownBy(() -> ServedGuests.on(socket))
                    .isInstanceOf(HttpServerException.class)
                    .hasMessageContaining("another reseal is running")
                    .hasMessageContaining(socket.toString());
            assertThat(Wire.get(first.admin(), "/healthz")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void the_lock_beside_the_admin_socket_decides_which_of_two_daemons_has_it() throws Exception {
        var socket = folder.resolve("admin.sock");
        var lock = folder.resolve("admin.sock.lock");
        var holder = new ProcessBuilder("flock", lock.toString(), "cat").start();
        try {
            Files.writeString(lock, "4711\n");
            while (new ProcessBuilder("flock", "--nonblock", lock.toString(), "true")
                            .start()
                            .waitFor()
                    == 0) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(() -> ServedGuests.on(socket))
                    .isInstanceOf(HttpServerException.class)
                    .hasMessageContaining("another reseal is running (pid 4711)")
                    .hasMessageContaining(socket.toString());
        } finally {
            holder.outputWriter().close(); // ends cat
            holder.waitFor();
        }
        try (var served = ServedGuests.on(socket)) {
            assertThat(lock).hasContent(ProcessHandle.current().pid() + "\n");
            assertThat(new ProcessBuilder("flock", "--nonblock", lock.toString(), "true")
                            .start()
                            .waitFor())
                    .as("flock(1) sees the same lock")
                    .isEqualTo(1);
            assertThat(Wire.get(served.admin(), "/healthz")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void the_admin_socket_is_made_again_when_its_file_was_removed_and_readiness_says_so() throws IOException {
        var socket = folder.resolve("admin.sock");
        try (var served = ServedGuests.on(socket);
                var follower = Wire.to(served.admin())) {
            follower.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            follower.until("retry: 1000\n");
            Files.delete(socket);

            assertThat(Wire.get(served.tcp(), "/readyz"))
                    .startsWith("HTTP/1.1 503")
                    .contains("the admin socket " + socket + " was removed: it is made again");
            while (!Wire.get(served.tcp(), "/readyz").startsWith("HTTP/1.1 200")) {
                Thread.onSpinWait();
            }
            assertThat(Wire.get(served.admin(), "/healthz")).startsWith("HTTP/1.1 200");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
            served.feed.eventSeen("web-1", "RESET", "");
            assertThat(follower.until("}}\n\n")).contains("RESET");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void the_admin_socket_does_not_replace_a_file_that_is_no_socket() throws IOException {
        var file = Files.writeString(folder.resolve("precious"), "data");

        assertThatThrownBy(() -> ServedGuests.on(file)).hasMessageContaining("is something else");
        assertThat(file).hasContent("data");
    }

    @Test
    void the_admin_socket_names_what_is_wrong_with_its_place_or_its_group() {
        assertThatThrownBy(() -> ServedGuests.on(folder.resolve("none/admin.sock")))
                .isInstanceOf(HttpServerException.class)
                .hasMessageContaining("create its folder");
        assertThatThrownBy(() -> start(new AdminSocket(folder.resolve("a.sock"), Optional.of("no-such-group"))))
                .hasMessageContaining("group `no-such-group` does not exist");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void the_admin_socket_is_given_up_when_TCP_cannot_be_listened_on() throws IOException {
        var socket = folder.resolve("admin.sock");
        try (var served = ServedGuests.on(folder.resolve("first.sock"))) {
            assertThatThrownBy(() -> start(new AdminSocket(socket, Optional.empty()), served.tcp()))
                    .isInstanceOf(HttpServerException.class)
                    .hasMessageContaining(
                            "http.listen 127.0.0.1:" + served.tcp().getPort());
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void the_admin_socket_takes_only_those_whom_its_mode_admits_besides_its_owner_and_root() throws IOException {
        var socket = folder.resolve("admin.sock");
        try (var served = ServedGuests.on(socket)) {
            var file = new SocketFile(new AdminSocket(socket, Optional.empty()));
            assertThat(file.openToOthers()).isTrue();
            assertThat(Wire.get(served.admin(), "/healthz")).startsWith("HTTP/1.1 200");

            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));

            assertThat(file.openToOthers()).isFalse();
            assertThat(Wire.get(served.admin(), "/healthz")).startsWith("HTTP/1.1 200");
        }
    }

    private static void start(AdminSocket socket, InetSocketAddress... tcp) {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        var feed = new EventFeed(Clock.systemUTC());
        try (var _ = HttpServer.start(
                loops,
                new HttpServer.Settings(
                        tcp.length == 0 ? Optional.empty() : Optional.of(tcp[0]), socket, List.of(), Limits.DEFAULT),
                new ApiServices(new FakeGuests(feed), feed, () -> "", Optional::empty, List::of, Load.unlimited()))) {
            assertThat(socket.path()).exists();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
        }
    }
}
