package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reseal.testbed.peer.PeerConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A monitor that answers commands in flight with whatever a fuzzer makes up; {@code @N} in it is the id of the Nth command. */
final class SessionFuzzTest {
    private static final int COMMANDS = 6;

    static Stream<Arguments> answers() {
        return Stream.of(
                        "{\"return\": {}, \"id\": \"@0\"}",
                        "{\"return\": [], \"id\": \"@2\"}\n{\"error\": {\"class\": \"C\", \"desc\": \"d\"}, \"id\": \"@1\"}",
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}\n}{",
                        "{\"return\": 5, \"id\": 7}\n{\"QMP\": {}}")
                .map(answer -> Arguments.of((Object) answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @MethodSource("answers")
    @FuzzTest
    void a_session_ends_each_command_whatever_bytes_come_and_keeps_no_other_from_its_own(byte[] bytes) {
        for (boolean outOfBand : new boolean[] {false, true}) {
            play(new String(bytes, StandardCharsets.ISO_8859_1), outOfBand);
        }
    }

    private static void play(String answer, boolean outOfBand) {
        var monitor = new EmbeddedMonitor(QmpSettings.defaults().withHeartbeat(Heartbeat.off()), outOfBand);
        var replies = new ArrayList<CompletableFuture<JsonNode>>();
        for (int i = 0; i < COMMANDS; i++) {
            replies.add(monitor.executes(EmbeddedMonitor.STATUS));
        }
        var lines = monitor.sent();
        for (int i = 0; i < lines.size(); i++) {
            answer = answer.replace("@" + i, PeerConnection.id(lines.get(i)));
        }
        monitor.says(answer);
        monitor.hangsUp();

        assertThat(replies).allMatch(CompletableFuture::isDone);
        assertThat(monitor.isOpen()).isFalse();
    }
}
