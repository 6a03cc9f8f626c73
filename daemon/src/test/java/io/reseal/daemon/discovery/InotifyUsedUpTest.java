package io.reseal.daemon.discovery;

import static io.reseal.testbed.junit.Requirement.FUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.process.ResealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The daemon runs in a user namespace of its own, where inotify has no room: this host keeps its own. */
@Requires(FUSE)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InotifyUsedUpTest {
    private final SocketFolder sockets = SocketFolder.create();

    @AfterEach
    void end() {
        sockets.close();
    }

    @ParameterizedTest
    @CsvSource({
        "max_inotify_instances, fs.inotify.max_user_instances",
        "max_inotify_watches, fs.inotify.max_user_watches"
    })
    void sockets_are_found_by_rescans_where_inotify_is_used_up_and_that_is_said_once(String limit, String cure)
            throws IOException {
        try (var daemon = ResealDaemon.start(launcher(limit), sockets.path(), "");
                var _ = ScriptedPeer.listen(sockets.path().resolve("late.qmp"))) {
            await("it is found")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> daemon.text("/v1/guests").contains("late"));
            assertThat(daemon.text("/readyz")).contains("found by rescans only", cure);
            assertThat(daemon.text("/metrics")).contains("reseal_discovery_hindrances 1");
            assertThat(daemon.output())
                    .filteredOn(line -> line.contains("found by rescans only"))
                    .hasSize(1);
        }
    }

    private Path launcher(String limit) throws IOException {
        var script = sockets.path().resolve("launcher");
        Files.writeString(
                script, """
                #!/bin/sh
                # the configuration of the testbed, with a rescan that does not take long
                sed -i 's/^discovery:/discovery:\\n  rescan: 1s/' "$3"
                exec unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/%s; exec "$@"' sh \\
                    '%s/bin/java' --enable-native-access=ALL-UNNAMED -cp '%s' io.reseal.daemon.Reseal "$@"
                """.formatted(limit, System.getProperty("java.home"), System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }
}
