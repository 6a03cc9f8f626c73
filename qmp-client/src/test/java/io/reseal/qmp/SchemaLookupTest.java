package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.qmp.QmpException.CommandRefused;
import io.reseal.qmp.QmpException.CommandRejected;
import io.reseal.qmp.QmpException.OutOfBandRefused;
import io.reseal.qmp.QmpException.ProtocolBroken;
import io.reseal.testbed.peer.PeerConnection;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class SchemaLookupTest {
    private static final String SCHEMA =
            "[{\"meta-type\": \"command\", \"name\": \"query-yank\", \"allow-oob\": true}]";

    @TempDir
    Path folder;

    private final QmpTransport transport = QmpTransport.create(1);
    private final QmpSettings settings = QmpSettings.defaults()
            .withGate(CommandGate.of(
                    GateRule.allow("query-yank", "a test"),
                    GateRule.allow("query-status", "a test"),
                    GateRule.allow("stop", "a test")));

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void one_build_is_asked_once_whatever_the_gate_says() throws IOException {
        try (var first = peer("first", SCHEMA);
                var second = peer("second", SCHEMA)) {
            var client = new QmpClient(transport, settings);
            var schema = schema(client, first);

            assertThat(schema.commands()).containsExactly("query-yank");
            assertThat(schema(client, second)).isSameAs(schema);
            assertThat(second.receivedText()).doesNotContain("query-qmp-schema");
        }
    }

    @Test
    void another_package_of_the_same_version_is_asked_for_its_own() throws IOException {
        try (var debian = peer("debian", SCHEMA);
                var own = ScriptedPeer.playing(folder.resolve("own"), client -> {
                    client.say(PeerConnection.GREETING.replace("Debian", "our own build"));
                    client.answer(client.hear(), "{}");
                    client.answer(client.hear(), "[]");
                    client.stay();
                })) {
            var client = new QmpClient(transport, settings);

            assertThat(schema(client, debian).commands()).isNotEmpty();
            assertThat(schema(client, own).commands()).isEmpty();
        }
    }

    @Test
    void a_reading_that_fails_is_not_kept() throws IOException {
        try (var broken = peer("broken", "5");
                var old = ScriptedPeer.playing(folder.resolve("old"), client -> {
                    client.greetAndNegotiate();
                    client.say("{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}, \"id\": \""
                            + PeerConnection.id(client.hear()) + "\"}\r\n");
                    client.stay();
                });
                var good = peer("good", SCHEMA)) {
            var client = new QmpClient(transport, settings);

            assertThatThrownBy(() -> schema(client, broken)).hasCauseInstanceOf(ProtocolBroken.class);
            assertThatThrownBy(() -> schema(client, old)).hasCauseInstanceOf(CommandRejected.class);
            assertThat(schema(client, good).commands()).isNotEmpty();
        }
    }

    @Test
    void a_QEMU_that_does_not_answer_keeps_no_other_from_its_schema() throws Exception {
        var asked = new CountDownLatch(1);
        try (var stuck = ScriptedPeer.playing(folder.resolve("stuck"), client -> {
                    client.greetAndNegotiate();
                    client.hear();
                    asked.countDown();
                    client.stay();
                });
                var good = peer("good", SCHEMA);
                var third = peer("third", "5")) {
            var client = new QmpClient(transport, settings.withQueryDeadline(Duration.ofMinutes(2)));
            var never = connect(client, stuck).schema();
            asked.await();

            assertThat(schema(client, good).commands()).isNotEmpty();
            assertThat(schema(client, third).commands()).isNotEmpty();
            assertThat(never).isNotDone();
        }
    }

    @Test
    void no_more_builds_are_kept_than_the_limit() {
        var cache = new SchemaCache();
        var schema = QmpSchema.of(JsonMapper.shared().readTree(SCHEMA));
        var builds = IntStream.rangeClosed(0, SchemaCache.MOST)
                .mapToObj(micro -> QemuVersion.of(11, 1, micro))
                .toList();
        builds.forEach(build -> cache.claim(build, CompletableFuture.completedFuture(schema)));

        assertThat(cache.known(builds.getFirst())).isEmpty();
        assertThat(builds.stream().skip(1)).allMatch(build -> cache.known(build).isPresent());
    }

    @Test
    void a_reply_limit_below_that_of_a_schema_is_told_before_it_is_asked_for() throws IOException {
        try (var peer = peer("peer", SCHEMA)) {
            var connection = connect(
                    new QmpClient(
                            transport, settings.withLimits(QmpLimits.defaults().withReplyBytes(4096))),
                    peer);

            assertThatThrownBy(connection::schema).hasMessageContaining("raise replyBytes");
        }
    }

    @Test
    void with_oob_the_schema_says_which_command_may_be_executed_out_of_band() throws IOException {
        try (var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
            client.say(PeerConnection.GREETING);
            client.answer(client.hear(), "{}");
            client.answer(client.hear(), SCHEMA);
            var slow = client.hear();
            client.answer(client.hear(), "[]");
            client.answer(slow, "{}");
            client.stay();
        })) {
            var connection = connect(new QmpClient(transport, settings.withOutOfBand()), peer);
            var slow = connection.execute(QmpCommand.of("query-status"));

            assertThat(connection.outOfBand()).isTrue();
            assertThat(connection.executeOutOfBand(QmpCommand.of("stop")).exceptionNow())
                    .isInstanceOf(OutOfBandRefused.class)
                    .hasMessageContaining("stop was not sent: QEMU 11.1.3 does not allow that for it");
            assertThat(connection
                            .executeOutOfBand(QmpCommand.of("query-yank"))
                            .join()
                            .isArray())
                    .isTrue();
            slow.join();
            assertThat(peer.receivedText())
                    .contains("\"arguments\":{\"enable\":[\"oob\"]}", "{\"exec-oob\":\"query-yank\"")
                    .doesNotContain("\"stop\"");
        }
    }

    @Test
    void the_gate_is_asked_out_of_band_as_well() throws IOException {
        var open = "[{\"meta-type\": \"command\", \"name\": \"quit\", \"allow-oob\": true}]";
        try (var peer = peer("peer", open)) {
            var connection = connect(new QmpClient(transport, settings.withOutOfBand()), peer);

            assertThatThrownBy(() -> connection
                            .executeOutOfBand(QmpCommand.action("quit"))
                            .join())
                    .hasCauseInstanceOf(CommandRefused.class);
        }
    }

    @Test
    void without_oob_nothing_is_executed_out_of_band() throws IOException {
        try (var peer = peer("unasked", SCHEMA);
                var poor = ScriptedPeer.playing(folder.resolve("poor"), client -> {
                    client.say(PeerConnection.GREETING.replace("\"oob\"", ""));
                    client.answer(client.hear(), "{}");
                    client.stay();
                })) {
            var unasked = connect(new QmpClient(transport, settings), peer);
            var unoffered = connect(new QmpClient(transport, settings.withOutOfBand()), poor);

            assertThat(unoffered.outOfBand()).isFalse();
            for (var connection : List.of(unasked, unoffered)) {
                assertThat(connection
                                .executeOutOfBand(QmpCommand.of("query-yank"))
                                .exceptionNow())
                        .isInstanceOf(OutOfBandRefused.class)
                        .hasMessageContaining("this connection has no oob");
            }
        }
    }

    private ScriptedPeer peer(String name, String schema) throws IOException {
        return ScriptedPeer.playing(folder.resolve(name), client -> {
            client.greetAndNegotiate();
            client.answer(client.hear(), schema);
            client.stay();
        });
    }

    private static QmpConnection connect(QmpClient client, ScriptedPeer peer) {
        return client.connect(peer.socket(), new Recorder()).join();
    }

    private static QmpSchema schema(QmpClient client, ScriptedPeer peer) {
        return connect(client, peer).schema().join();
    }
}
