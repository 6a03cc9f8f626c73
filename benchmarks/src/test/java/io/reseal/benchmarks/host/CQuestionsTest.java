package io.reseal.benchmarks.host;

import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.qemu.Qemu;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class CQuestionsTest {
    private static final int TIMES = 20;

    @Test
    void the_client_in_C_waits_for_all_answers_whether_it_asks_in_one_write_or_one_by_one() {
        try (var folder = SocketFolder.create();
                var guest = Qemu.machineNone().start()) {
            var client = CClient.compile(Path.of("src/main/c/qmp-ping.c"), folder.path());
            for (int questions : new int[] {1, 4, 8}) {
                assertThat(client.together(questions, TIMES, guest.qmp()))
                        .hasSize(TIMES)
                        .allMatch(micros -> micros > 0);
                assertThat(client.singly(questions, TIMES, guest.qmp())).hasSize(TIMES);
            }
            // nothing that is left over is taken for an answer of the next client
            assertThat(client.query(TIMES, List.of(guest.qmp())).pings()).hasSize(TIMES);
        }
    }
}
