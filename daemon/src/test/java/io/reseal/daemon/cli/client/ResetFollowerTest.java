package io.reseal.daemon.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.feed.Documents;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.http.ServedGuests;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResetFollowerTest {
    @TempDir
    Path folder;

    @Test
    void following_a_reset_when_interrupted_says_that_the_reset_goes_on() throws IOException, InterruptedException {
        try (var served = ServedGuests.on(folder.resolve("admin.sock"))) {
            served.fleet.open(FakeGuests.withEvidence(FakeGuests.opened("r-7", "web-1"), "RESET came"));
            var command = follow(folder.resolve("admin.sock"));
            // its first line shows that it waits now
            assertThat(command.inputReader(UTF_8).readLine()).endsWith("RESET came");

            command.toHandle().destroy();

            assertThat(command.errorReader(UTF_8).readAllAsString())
                    .isEqualTo("reseal: the reset goes on without this command: its id is r-7, look with"
                            + " `reseal show web-1`\n");
            assertThat(command.waitFor()).isNotZero();
            assertThat(served.fleet.reset("r-7").orElseThrow().open()).isTrue();
        }
    }

    private static Process follow(Path socket) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Command.class.getName(),
                        socket.toString())
                .start();
    }

    /** What runs in the other process. */
    static final class Command {
        public static void main(String[] arguments) {
            var client = new AdminClient(Path.of(arguments[0]));
            var begun = Documents.reset(FakeGuests.withEvidence(FakeGuests.opened("r-7", "web-1"), "RESET came"));
            System.exit(new ResetFollower(client, Console.system(), false)
                    .untilClosed(new ApiResponse(202, Json.text(begun)))
                    .code());
        }

        private Command() {}
    }
}
