package io.reseal.daemon.discovery;

import io.reseal.daemon.health.Heartbeats.Work;
import io.reseal.daemon.status.Hindrances;
import io.reseal.daemon.work.BlockingPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A discovery of the sockets {@code *.qmp} in a folder, not started yet, and what it tells. For the thread of one test. */
abstract class DiscoveryFixture {
    static final Duration SELDOM = Duration.ofHours(1);

    @TempDir
    Path folder;

    final BlockingPool threads = new BlockingPool("discovery", 2, 8);
    final Hindrances hindrances = new Hindrances();
    final RecordedScope told = new RecordedScope();
    Sockets sockets;
    Discovery discovery;

    @BeforeEach
    void begin() {
        sockets = new Sockets(folder);
        discovery = discovery(scope(SELDOM, "*.qmp"), told);
    }

    @AfterEach
    void end() throws IOException {
        discovery.close();
        threads.close();
        sockets.close();
    }

    Discovery discovery(Discovery.Scope scope, Discovery.Listener listener) {
        return new Discovery(
                scope, listener, new Discovery.Parts(new SocketLooks(threads), hindrances, Work.UNWATCHED));
    }

    Discovery.Scope scope(Duration rescan, String... globs) {
        return new Discovery.Scope(globs(globs), List.of(), rescan);
    }

    /** These patterns, below the folder. */
    List<String> globs(String... globs) {
        return Arrays.stream(globs).map(glob -> folder + "/" + glob).toList();
    }
}
