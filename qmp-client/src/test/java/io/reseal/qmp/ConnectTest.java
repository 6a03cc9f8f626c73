package io.reseal.qmp;

import static io.reseal.testbed.peer.PeerConnection.GREETING;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reseal.qmp.QmpException.CommandRejected;
import io.reseal.qmp.QmpException.ConnectFailed;
import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.ProtocolBroken;
import io.reseal.qmp.QmpException.QueueFull;
import io.reseal.qmp.QmpException.TimedOut;
import io.reseal.testbed.peer.PeerConnection;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectTest {
    private static final String EVENT =
            "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}\r\n";

    @TempDir
    Path folder;

    private final QmpTransport transport = QmpTransport.create(1);
    private final QmpTransport nio = QmpTransport.nio(1);
    private final QmpSettings settings = QmpSettings.defaults();
    private final Recorder told = new Recorder();

    @AfterEach
    void close() {
        transport.close();
        nio.close();
    }

    @Test
    void a_connection_attempt_negotiates_without_oob_and_knows_the_version_and_the_peer() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.stay();
        })) {
            var connection = connect(peer).join();

            assertThat(connection.version()).hasToString("11.1.3");
            assertThat(connection.version().packageText()).isEqualTo("Debian");
            assertThat(connection.socket()).isEqualTo(peer.socket());
            assertThat(connection.peer().isPresent()).isEqualTo(transport.isNative());
            connection
                    .peer()
                    .ifPresent(process -> assertThat(process.pid())
                            .isEqualTo((int) ProcessHandle.current().pid()));
            assertThat(peer.receivedText()).matches("\\{\"execute\":\"qmp_capabilities\",\"id\":\"n[0-9a-z]+\"}\n");
        }
    }

    @Test
    void a_connection_attempt_gives_a_handle_on_the_process_that_listens() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.stay();
        })) {
            var connection = connect(peer).join();

            try (var first = handle(connection);
                    var second = handle(connection)) {
                assertThat(first.hasEnded()).isFalse();
                assertThat(first.inode()).isPresent().isEqualTo(second.inode());
                connection.close();
                assertThat(first.hasEnded()).isFalse();
            }
        }
    }

    @Test
    void a_connection_attempt_leaks_no_handle() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.stay();
        })) {
            var connection = connect(peer).join();
            handle(connection).close();
            long before = pidfds();

            for (int i = 0; i < 100; i++) {
                var handle = handle(connection);
                handle.close();
                handle.close();
                assertThat(handle.hasEnded()).isFalse();
            }

            assertThat(pidfds()).isEqualTo(before);
        }
    }

    /** On the event loop, where the connection cannot be closed at the same time. */
    private static PeerProcess handle(QmpConnection connection) {
        return CompletableFuture.supplyAsync(connection::openPeerProcess, connection.eventLoop())
                .join()
                .orElseThrow();
    }

    private static long pidfds() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().contains("pidfd");
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void a_connection_attempt_works_without_native_code() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.answer(client.hear(), "{\"status\": \"running\"}");
        })) {
            var connection =
                    new QmpClient(nio, settings).connect(peer.socket(), told).join();

            assertThat(nio.isNative()).isFalse();
            assertThat(connection.peer()).isEmpty();
            assertThat(connection
                            .execute(QmpCommand.of("query-status"))
                            .join()
                            .path("status")
                            .stringValue())
                    .isEqualTo("running");
            told.next(ConnectionLost.class);
        }
    }

    @Test
    void a_connection_attempt_stays_on_the_event_loop_it_was_given() throws IOException {
        try (var three = QmpTransport.create(3);
                var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
                    client.greetAndNegotiate();
                    client.stay();
                })) {
            three.eventLoops().next();
            var loop = three.eventLoops().next();
            var completed = new CompletableFuture<Boolean>();
            loop.execute(() -> new QmpClient(three, settings)
                    .connect(peer.socket(), told, loop)
                    .thenAccept(connection ->
                            completed.complete(connection.eventLoop().equals(loop) && loop.inEventLoop())));

            assertThat(completed.join()).isTrue();
        }
    }

    @Test
    void a_connection_attempt_delivers_events_that_come_before_the_greeting_and_before_the_reply() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(EVENT + GREETING);
            var negotiation = client.hear();
            client.say(EVENT + "{\"return\": 5, \"id\": \"of the client before\"}\n");
            client.answer(negotiation, "{}");
            client.stay();
        })) {
            connect(peer).join();

            assertThat(told.sofar()).hasSize(2).hasOnlyElementsOfType(QmpEvent.Stop.class);
        }
    }

    @Test
    void a_connection_attempt_to_a_silent_monitor_waits_on_and_is_greeted_over_the_same_connection() throws Exception {
        var release = new CountDownLatch(1);
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            release.await();
            client.greetAndNegotiate();
            client.stay();
        })) {
            var connecting = connect(peer, hasty());
            var told = this.told.next(Ungreeted.class);

            assertThat(told.socket()).isEqualTo(peer.socket());
            assertThat(told.peer().isPresent()).isEqualTo(transport.isNative());
            assertThat(told.inode().isPresent()).isEqualTo(transport.isNative());
            assertThat(connecting).isNotDone();
            release.countDown();
            assertThat(connecting.join().version()).hasToString("11.1.3");
        }
    }

    @Test
    void a_connection_attempt_to_a_monitor_that_stays_silent_ends_when_it_is_cancelled_or_when_that_one_ends()
            throws Exception {
        var left = new CountDownLatch(1);
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            try {
                client.stay();
            } finally {
                left.countDown();
            }
        })) {
            var connecting = connect(peer, hasty());
            told.next(Ungreeted.class);
            connecting.cancel(false);
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
        CompletableFuture<QmpConnection> connecting;
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("ends")), 1);
            connecting = new QmpClient(transport, hasty()).connect(folder.resolve("ends"), told);
            told.next(Ungreeted.class);
        }
        fails(connecting, ConnectionLost.class, "ends", "a connection that stays open");
    }

    @Test
    void a_connection_attempt_to_a_full_backlog_says_so() throws IOException {
        var socket = folder.resolve("full");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var first = SocketChannel.open(StandardProtocolFamily.UNIX);
                var second = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            first.connect(UnixDomainSocketAddress.of(socket));
            second.connect(UnixDomainSocketAddress.of(socket));

            fails(new QmpClient(transport, hasty()).connect(socket, told), QueueFull.class, "full");
            fails(new QmpClient(nio, hasty()).connect(socket, told), QueueFull.class, "starting, stopped, or serves");
        }
    }

    @Test
    void a_connection_attempt_to_a_peer_that_never_greets_but_talks_is_a_broken_protocol() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(EVENT);
            client.stay();
        })) {
            fails(connect(peer, hasty()), ProtocolBroken.class, "a greeting", "only other messages");
        }
    }

    @Test
    void a_connection_attempt_fails_when_the_negotiation_is_never_answered() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(GREETING);
            client.stay();
        })) {
            var impatient = settings.withQueryDeadline(Duration.ofMillis(50));
            fails(connect(peer, impatient), TimedOut.class, "qmp_capabilities within 50 ms");
        }
    }

    @Test
    void a_connection_attempt_fails_when_the_negotiation_is_refused() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(GREETING);
            var id = PeerConnection.id(client.hear());
            client.say(
                    "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"already\"}, \"id\": \"" + id + "\"}\n");
            client.stay();
        })) {
            fails(connect(peer), CommandRejected.class, "qmp_capabilities", "CommandNotFound: already");
        }
    }

    @Test
    void a_connection_attempt_fails_when_the_peer_closes_at_once() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), _ -> {})) {
            fails(connect(peer), ConnectionLost.class, "before the greeting");
        }
    }

    @Test
    void a_connection_attempt_fails_when_the_peer_closes_in_the_middle_of_the_greeting() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> client.say(GREETING.substring(0, 20)))) {
            fails(connect(peer), ConnectionLost.class, "before the greeting");
        }
    }

    @Test
    void a_connection_attempt_fails_when_the_peer_closes_after_the_greeting() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> client.say(GREETING))) {
            fails(connect(peer), ConnectionLost.class, "before the negotiation was done");
        }
    }

    /** What the kernel says of a peer that closed with bytes of ours unread, if it closed before we read. */
    @Test
    void a_connection_attempt_fails_alike_when_the_kernel_calls_that_close_a_reset_of_the_connection() {
        var result = new CompletableFuture<QmpConnection>();
        var dialect = QmpDialect.of(settings);
        var handshake = new Handshake(Path.of("/run/qmp"), dialect, told, result);
        var channel = new EmbeddedChannel(dialect.decoder(new LineBudget()), handshake);
        channel.writeInbound(Unpooled.copiedBuffer(GREETING, StandardCharsets.UTF_8));

        channel.pipeline().fireExceptionCaught(new IOException("recvAddress(..) failed: Connection reset by peer"));

        fails(result, ConnectionLost.class, "QEMU closed it before the negotiation was done");
        channel.finishAndReleaseAll();
    }

    @Test
    void a_connection_attempt_fails_when_the_peer_closes_instead_of_answering_the_negotiation() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(GREETING);
            client.hear();
        })) {
            fails(connect(peer), ConnectionLost.class, "before the negotiation was done");
            assertThat(told.sofar()).isEmpty();
        }
    }

    @Test
    void a_connection_attempt_to_something_else_than_QMP_fails_at_the_first_line() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say("220 mail.example.org ESMTP\r\n");
            client.stay();
        })) {
            fails(connect(peer), ProtocolBroken.class, "220 mail.example.org");
        }
    }

    @Test
    void a_connection_attempt_to_a_pretty_printing_monitor_names_the_cure() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say("{\r\n    \"QMP\": {\r\n");
            client.stay();
        })) {
            fails(connect(peer), ProtocolBroken.class, "turn pretty off");
        }
    }

    @Test
    void a_connection_attempt_to_two_greetings_fails() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(GREETING + GREETING);
            client.stay();
        })) {
            fails(connect(peer), ProtocolBroken.class, "a second one");
        }
    }

    @Test
    void a_connection_attempt_to_a_missing_or_abandoned_socket_or_a_path_too_long_fails() throws IOException {
        var abandoned = folder.resolve("abandoned");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(abandoned));
        }
        var missing = folder.resolve("missing");
        var client = new QmpClient(transport, settings);

        assertThat(Files.exists(abandoned)).isTrue();
        fails(client.connect(abandoned, told), ConnectFailed.class, abandoned.toString(), "refused");
        fails(new QmpClient(nio, settings).connect(abandoned, told), ConnectFailed.class, "refused");
        fails(new QmpClient(nio, settings).connect(missing, told), ConnectFailed.class, "no such file");
        fails(client.connect(missing, told), ConnectFailed.class, "missing", "no such file");
        fails(client.connect(folder.resolve("x".repeat(108)), told), ConnectFailed.class, "107");
    }

    @Test
    void a_connection_attempt_that_was_cancelled_closes_the_socket() throws Exception {
        var left = new CountDownLatch(1);
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(EVENT);
            try {
                client.stay();
            } finally {
                left.countDown();
            }
        })) {
            var connecting = connect(peer);
            told.next(QmpEvent.class);
            connecting.cancel(false);

            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private QmpSettings hasty() {
        return settings.withGreetingDeadline(Duration.ofMillis(50));
    }

    private CompletableFuture<QmpConnection> connect(ScriptedPeer peer) {
        return connect(peer, settings);
    }

    private CompletableFuture<QmpConnection> connect(ScriptedPeer peer, QmpSettings chosen) {
        return new QmpClient(transport, chosen).connect(peer.socket(), told);
    }

    private static void fails(
            CompletableFuture<QmpConnection> connecting, Class<? extends QmpException> type, String... words) {
        assertThat(connecting)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(type);
        assertThat(connecting.exceptionNow().getMessage()).contains(words);
    }
}
