package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.ProtocolBroken;
import io.reseal.testbed.peer.PeerConnection;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    private static final QmpCommand STATUS = QmpCommand.of("query-status");
    private static final int FLOOD = 100_000;

    @TempDir
    Path folder;

    private final QmpTransport epoll = QmpTransport.create(1);
    private final QmpTransport nio = QmpTransport.nio(1);
    private final Recorder told = new Recorder();

    @AfterEach
    void close() {
        epoll.close();
        nio.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_connection_delivers_a_flood_of_events_completely_in_order_and_around_a_reply(boolean nativeSockets)
            throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            var command = client.hear();
            client.say(flood(0));
            client.answer(command, "{}");
            client.say(flood(FLOOD));
        })) {
            var seen = new Flood();
            var connection = new QmpClient(nativeSockets ? epoll : nio, QmpSettings.defaults())
                    .connect(peer.socket(), seen)
                    .join();
            var atReply = connection.execute(STATUS).thenApply(_ -> seen.events);

            assertThat(atReply.join()).isEqualTo(FLOOD);
            assertThat(seen.all.join()).isEqualTo(2 * FLOOD);
            assertThat(connection.statistics().events()).isEqualTo(2 * FLOOD);
        }
    }

    @Test
    void a_connection_fails_at_a_line_without_an_end_whose_beginning_does_not_tell_what_it_is() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.hear();
            var mebibyte = new byte[1 << 20];
            Arrays.fill(mebibyte, (byte) 'x');
            for (int i = 0; i < 64; i++) {
                client.say(mebibyte);
            }
        })) {
            var reply = connect(peer).execute(STATUS);

            fails(reply, ProtocolBroken.class, "at most 4096 bytes");
            told.next(ProtocolBroken.class);
        }
    }

    @Test
    void a_connection_goes_on_with_bounded_memory_after_events_and_replies_of_64_MiB() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            var command = client.hear();
            var mebibyte = new byte[1 << 20];
            Arrays.fill(mebibyte, (byte) 'x');
            for (String beginning : new String[] {"{\"event\": \"X\", \"data\": \"", "{\"return\": \""}) {
                client.say(beginning);
                for (int i = 0; i < 64; i++) {
                    client.say(mebibyte);
                }
                client.say("\", \"id\": \"" + PeerConnection.id(command) + "\"}\r\n");
            }
            client.answer(client.hear(), "{}");
            client.stay();
        })) {
            var connection = connect(peer);

            fails(connection.execute(STATUS), QmpException.LimitExceeded.class, "at most 1048576 bytes");
            assertThat(told.next(QmpException.LimitExceeded.class)).hasMessageContaining("at most 65536 bytes");
            assertThat(connection.execute(STATUS).join()).isEmpty();
            assertThat(epoll.lines().total()).isZero();
        }
    }

    @Test
    void a_connection_accepts_a_reply_of_many_megabytes_for_a_command_that_says_so() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.answer(client.hear(), "\"" + "x".repeat(15 << 20) + "\"");
            client.answer(client.hear(), "{}");
        })) {
            var connection = connect(peer);

            assertThat(connection
                            .execute(STATUS.withReplyBytes(16 << 20))
                            .join()
                            .stringValue())
                    .hasSize(15 << 20);
            assertThat(connection.execute(STATUS).join()).isEmpty();
        }
    }

    @Test
    void a_connection_survives_JSON_5000_levels_deep() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.answer(client.hear(), "[".repeat(5000) + "]".repeat(5000));
            client.answer(client.hear(), "{}");
            client.stay();
        })) {
            var connection = connect(peer);

            fails(connection.execute(STATUS), QmpException.LimitExceeded.class, "64 levels");
            assertThat(connection.execute(STATUS).join()).isEmpty();
        }
    }

    @Test
    void a_connection_fails_the_command_and_tells_the_listener_once_when_QEMU_dies_during_it() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.hear();
            client.say("{\"event\": \"STOP\"}\n{\"return\": ");
        })) {
            var connection = connect(peer);

            fails(
                    connection.execute(STATUS),
                    ConnectionLost.class,
                    peer.socket().toString());
            told.next(QmpEvent.Stop.class);
            told.next(ConnectionLost.class);
            fails(connection.execute(STATUS), ConnectionLost.class, "QEMU closed it");
            assertThat(told.sofar()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_connection_reads_what_QEMU_said_last_even_if_a_write_fails_before(boolean nativeSockets) throws Exception {
        var holding = new CountDownLatch(1);
        var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            holding.await();
            client.say("{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": false, \"reason\": \"host-signal\"}}\n");
        });
        var connection = new QmpClient(nativeSockets ? epoll : nio, QmpSettings.defaults())
                .connect(peer.socket(), told)
                .join();
        connection.eventLoop().execute(() -> {
            holding.countDown();
            untilClosed(peer);
            connection.execute(STATUS);
        });

        told.next(QmpEvent.Shutdown.class);
        told.next(ConnectionLost.class);
    }

    @Test
    void a_connection_goes_on_when_the_listener_throws() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.say("{\"event\": \"STOP\"}\n");
            client.answer(client.hear(), "{}");
        })) {
            var connection = new QmpClient(epoll, QmpSettings.defaults())
                    .connect(peer.socket(), new Clumsy())
                    .join();

            assertThat(connection.execute(STATUS).join()).isEmpty();
        }
    }

    @Test
    void a_connection_refuses_commands_after_its_transport_was_closed() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.stay();
        })) {
            var connection = connect(peer);
            epoll.close();

            assertThat(told.next(ConnectionLost.class)).hasMessageContaining("the transport was closed");
            fails(connection.execute(STATUS), ConnectionLost.class, "the transport was closed");
            connection.close();
        }
    }

    @Test
    void a_connection_does_not_let_a_guest_change_its_kind() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.greetAndNegotiate();
            client.stay();
        })) {
            var connection = connect(peer);
            connection.narrow(MachineKind.TDX);
            connection.narrow(MachineKind.TDX);

            assertThat(connection.kind()).isEqualTo(MachineKind.TDX);
            assertThatThrownBy(() -> connection.narrow(MachineKind.SEV)).hasMessageContaining("stay of kind TDX");
        }
    }

    private QmpConnection connect(ScriptedPeer peer) {
        return new QmpClient(epoll, QmpSettings.defaults())
                .connect(peer.socket(), told)
                .join();
    }

    private static byte[] flood(int first) {
        var text = new StringBuilder();
        for (int i = first; i < first + FLOOD; i++) {
            text.append("{\"timestamp\": {\"seconds\": ").append(i).append(", \"microseconds\": 1}, \"event\": ");
            text.append("\"RESET\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void fails(CompletableFuture<?> reply, Class<? extends QmpException> type, String... words) {
        assertThat(reply)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(type);
        assertThat(reply.exceptionNow().getMessage()).contains(words);
    }

    /** Holds the event loop until the peer has said its last word, so that the next write is sure to fail. */
    private static void untilClosed(ScriptedPeer peer) {
        try {
            peer.closeAfterScript();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }

    /** Checks the order of a flood by the seconds of its events. Confined to the event loop. */
    private static final class Flood implements QmpListener {
        final CompletableFuture<Integer> all = new CompletableFuture<>();
        int events;

        @Override
        public void onEvent(QmpEvent event) {
            if (event.at().getEpochSecond() != events++) {
                all.completeExceptionally(new AssertionError("event " + events + " is out of order: " + event));
            }
        }

        @Override
        public void onClosed(QmpException cause) {
            all.complete(events);
        }
    }

    private static final class Clumsy implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {
            throw new IllegalStateException("deliberate");
        }

        @Override
        public void onClosed(QmpException cause) {
            throw new IllegalStateException("deliberate");
        }
    }
}
