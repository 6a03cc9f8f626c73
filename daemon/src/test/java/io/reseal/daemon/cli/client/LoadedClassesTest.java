package io.reseal.daemon.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.http.ServedGuests;
import io.reseal.policy.GuestKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedClassesTest {
    private static final List<String> LIBRARIES_OF_THE_DAEMON =
            List.of("io.netty.", "io.micrometer.", "io.prometheus.", "ch.qos.logback.", "org.slf4j.");

    @TempDir
    Path folder;

    @Test
    void a_list_of_guests_is_shown_without_any_library_that_only_the_daemon_needs() throws Exception {
        var classes = loadedBy("guests");

        assertThat(classes).contains("io.reseal.daemon.cli.client.GuestsCommand", "tools.jackson.core.");
        LIBRARIES_OF_THE_DAEMON.forEach(library -> assertThat(classes).doesNotContain(library));
        // binding documents to records takes longer than the whole command
        assertThat(classes).doesNotContain("tools.jackson.databind.");
    }

    @Test
    void a_guest_is_shown_without_any_library_that_only_the_daemon_needs() throws Exception {
        var classes = loadedBy("show", "web-1");

        assertThat(classes).contains("io.reseal.daemon.cli.client.ShowCommand");
        LIBRARIES_OF_THE_DAEMON.forEach(library -> assertThat(classes).doesNotContain(library));
    }

    private String loadedBy(String... words) throws IOException, InterruptedException {
        var socket = folder.resolve("admin.sock");
        var log = folder.resolve("classes");
        try (var served = ServedGuests.on(socket)) {
            served.fleet.add(FakeGuests.guest("web-1", GuestKind.SEV_SNP));
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xlog:class+load:file=" + log,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.reseal.daemon.Reseal"));
            command.addAll(List.of(words));
            command.addAll(List.of("--admin-socket", socket.toString()));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = process.inputReader(StandardCharsets.UTF_8).readAllAsString();
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).contains("web-1");
            return Files.readString(log);
        }
    }
}
