package io.reseal.testbed.hostile;

import io.reseal.testbed.peer.PeerCommand;
import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Path;
import java.time.Duration;

/** A guest that answers each question for its counters by an error whose text is nearly as long as a reply may be. */
final class ErrorTexts extends Attack {
    private static final String TEXT = "E".repeat(1_000_000);

    private final ScriptedPeer peer;

    ErrorTexts(Path folder) {
        super(Sight.of(
                "long error texts",
                "errors",
                "reseal_qmp_commands_total\\{command=\"query-stats\",outcome=\"rejected\"\\} .*"));
        this.peer = ScriptedPeer.listen(folder.resolve("errors.qmp")).onCommand("query-stats", this::reject);
    }

    private void reject(PeerCommand command) {
        count(1);
        command.fail("GenericError", TEXT);
    }

    @Override
    void strike() throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(2));
        // once more a dozen questions
        peer.hangUp();
    }

    @Override
    void release() {
        peer.close();
    }
}
