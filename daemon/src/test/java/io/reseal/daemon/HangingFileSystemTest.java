package io.reseal.daemon;

import static io.reseal.testbed.junit.Requirement.FUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.config.ResealConfig;
import io.reseal.config.yaml.ConfigFile;
import io.reseal.daemon.api.Json;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.process.HangingMount;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The server of a file system can stop at any time; the guests that have nothing to do with it do not notice. */
@Requires(FUSE)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HangingFileSystemTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SocketFolder sockets = SocketFolder.create();
    private final Path folder = sockets.path();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ScriptedPeer> peers = new ArrayList<>();
    private HangingMount mount;
    private @Nullable Daemon daemon;
    private int port;

    @BeforeEach
    void begin() {
        mount = HangingMount.of(folder.resolve("source"), folder.resolve("mount"));
    }

    @AfterEach
    void end() {
        mount.goOn();
        if (daemon != null) {
            daemon.close();
        }
        peers.forEach(ScriptedPeer::close);
        mount.close();
        http.shutdownNow();
        sockets.close();
    }

    @Test
    void firmware_on_a_file_system_that_hangs_is_told_with_guest_and_path_and_holds_up_no_other_guest()
            throws Exception {
        for (int i = 0; i < 6; i++) {
            snp("hung-" + i, firmware("source", i).toString().replace("/source/", "/mount/"));
        }
        start("");
        await("all are seen").atMost(PATIENCE).until(() -> launches("firmwareSha256") == 6);
        mount.hang();
        await("the hang is told").atMost(PATIENCE).until(() -> detail("hung-0").contains("does not answer"));
        assertThat(detail("hung-0"))
                .contains(mount.point() + "/fw0.bin cannot be looked at: the file system fuse")
                .contains(mount.point().toString());
        assertThat(text("/metrics")).contains("reseal_looks_hanging{pool=\"files\"} 6");

        snp("late", firmware("elsewhere", 0).toString());
        await("a new guest is known")
                .atMost(PATIENCE)
                .until(() -> guest("late").path("launch").has("firmwareSha256"));
        assertThat(guest("late").path("pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(text("/v1/resets")).contains("resets");

        mount.goOn();
        await("they are seen again").atMost(PATIENCE).until(() -> launches("firmwareSha256") == 7);
        assertThat(detail("hung-0")).isEmpty();
        assertThat(text("/metrics")).contains("reseal_looks_hanging{pool=\"files\"} 0");
    }

    @Test
    void a_folder_of_sockets_on_a_file_system_that_hangs_is_told_and_makes_no_other_guest_deaf() throws Exception {
        peer("here", folder.resolve("here.qmp"));
        peer("there", folder.resolve("source/there.qmp"));
        var running = start(", \"" + mount.point() + "/*.qmp\"");
        await("both are found").atMost(PATIENCE).until(() -> guests().size() == 2);
        mount.hang();
        await("the hang is told").atMost(PATIENCE).until(() -> text("/readyz").contains("does not answer"));
        assertThat(text("/readyz")).contains(mount.point().toString());
        assertThat(text("/v1/guests")).contains("\"hindrances\":[\"" + mount.point());

        peer("late", folder.resolve("late.qmp"));
        await("a new guest is found")
                .atMost(PATIENCE)
                .until(() -> guest("late").path("state").asString("").equals("watching"));
        assertThat(guest("here").path("state").asString("")).isEqualTo("watching");
        assertThat(guests())
                .extracting(each -> each.path("name").asString(""))
                .anyMatch(name -> name.startsWith("there"));

        running.reconfigure(config(", \"" + mount.point() + "/*.qmp\""));
        running.close(); // does not wait for it
        assertThat(Files.exists(folder.resolve("admin.sock"))).isFalse();
    }

    @Test
    void a_daemon_starts_while_a_folder_of_sockets_hangs() throws Exception {
        peer("here", folder.resolve("here.qmp"));
        mount.hang();
        start(", \"" + mount.point() + "/*.qmp\"");
        await("it is ready").atMost(PATIENCE).until(() -> text("/readyz").contains("\"ready\""));
        await("its guest is watched")
                .atMost(PATIENCE)
                .until(() -> guest("here").path("state").asString("").equals("watching"));
        mount.goOn();
        peer("there", folder.resolve("source/there.qmp"));
        await("the other is found").atMost(PATIENCE).until(() -> guests().size() == 2);
        assertThat(text("/readyz")).isEqualTo("{\"status\":\"ready\"}");
    }

    private Path firmware(String where, int number) throws IOException {
        var file = Files.createDirectories(folder.resolve(where)).resolve("fw" + number + ".bin");
        return Files.write(file, new byte[4096]);
    }

    private ScriptedPeer peer(String name, Path socket) {
        var peer = ScriptedPeer.listen(socket).named(name);
        peers.add(peer);
        return peer;
    }

    private void snp(String name, String firmware) {
        peer(name, folder.resolve(name + ".qmp"))
                .confidential("sev-snp-guest")
                .property("/machine", "firmware", firmware);
    }

    private Daemon start(String more) throws IOException {
        try (var probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        var made = new Daemon(config(more), "test");
        daemon = made;
        made.start();
        return made;
    }

    private ResealConfig config(String more) {
        return ConfigFile.parse("test", """
                        discovery: {sockets: ["%1$s/*.qmp"%2$s], rescan: 1s}
                        http: {listen: "127.0.0.1:%3$d", admin-socket: %1$s/admin.sock}
                        qmp: {sample: 200ms, greeting-deadline: 2s}
                        """.formatted(folder, more, port)).config();
    }

    private String text(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private List<JsonNode> guests() throws IOException, InterruptedException {
        return Json.MAPPER
                .readTree(text("/v1/guests"))
                .path("guests")
                .valueStream()
                .toList();
    }

    private JsonNode guest(String name) throws IOException, InterruptedException {
        return guests().stream()
                .filter(guest -> guest.path("name").asString("").equals(name))
                .findFirst()
                .orElseGet(() -> Json.MAPPER.valueToTree(Map.of()));
    }

    private String detail(String name) throws IOException, InterruptedException {
        return guest(name).path("stateDetail").asString("");
    }

    private long launches(String word) throws IOException, InterruptedException {
        return guests().stream().filter(guest -> guest.path("launch").has(word)).count();
    }
}
