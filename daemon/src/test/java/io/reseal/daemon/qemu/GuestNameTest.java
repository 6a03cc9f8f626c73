package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class GuestNameTest {
    private static final String LONG = "x".repeat(66);

    @Test
    void the_names_of_guests_are_the_same_in_whatever_order_their_sockets_come_and_after_a_restart(Testbed testbed)
            throws IOException {
        var sockets = List.of(
                make(testbed, "a/web.qmp"),
                make(testbed, "b/web.qmp"),
                make(testbed, "a/" + LONG + "1.qmp"),
                make(testbed, "a/" + LONG + "2.qmp"),
                make(testbed, "a/a b.qmp"),
                make(testbed, "a/a_b.qmp"),
                make(testbed, "a/plain.qmp"));
        var config = config(testbed);

        var names = namesOf(testbed, config, sockets);
        var reversed = namesOf(testbed, config, sockets.reversed());

        assertThat(reversed).isEqualTo(names);
        assertThat(names.values()).doesNotHaveDuplicates().allMatch(name -> name.length() <= 63);
        assertThat(names)
                .containsEntry(sockets.get(0).toString(), "web")
                .containsEntry(sockets.get(5).toString(), "a_b")
                .containsEntry(sockets.get(6).toString(), "plain");
        sockets.forEach(socket -> assertThat(namesOf(testbed, config, List.of(socket)))
                .containsEntry(socket.toString(), names.get(socket.toString())));
    }

    @Test
    void the_names_of_guests_are_not_the_only_way_to_tell_which_guest_is_meant(Testbed testbed) throws IOException {
        var uuid = UUID.fromString("5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01");
        var one = testbed.own(
                ScriptedPeer.listen(make(testbed, "a/web.qmp")).uuid(uuid).named("cvm-one"));
        var two = testbed.own(ScriptedPeer.listen(make(testbed, "b/web.qmp")));
        var daemon = RunningDaemon.start(testbed, config(testbed));
        await("both")
                .atMost(PATIENCE)
                .until(() -> daemon.guests().stream()
                                .filter(seen -> seen.state().equals("watching"))
                                .count()
                        == 2);

        for (var reference : List.of("web", one.socket().toString().replace("/", "%2F"), uuid.toString(), "cvm-one")) {
            assertThat(daemon.guest(reference).name()).isEqualTo("web");
        }
        assertThat(daemon.guest(two.socket().toString().replace("/", "%2F")).name())
                .matches("web-[0-9a-f]{8}");
        var answer = daemon.request("web.qmp", Map.of());
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("type").asString()).isEqualTo("urn:reseal:problem:ambiguous-guest");
        assertThat(answer.json()
                        .path("candidates")
                        .valueStream()
                        .map(each -> each.path("socket").asString()))
                .containsExactlyInAnyOrder(one.socket().toString(), two.socket().toString());
        assertThat(one.receivedNames()).doesNotContain("system_reset");
        assertThat(two.receivedNames()).doesNotContain("system_reset");
    }

    /** What the guests are called whose sockets come in this order while the daemon runs, and after its restart. */
    private static Map<String, String> namesOf(Testbed testbed, TestConfig config, List<Path> sockets) {
        Map<String, String> names;
        var peers = new java.util.ArrayList<ScriptedPeer>();
        try (var daemon = RunningDaemon.start(testbed, config)) {
            for (var socket : sockets) {
                peers.add(testbed.own(ScriptedPeer.listen(socket)));
                await("one more").atMost(PATIENCE).until(() -> daemon.guests().size() == peers.size());
            }
            names = names(daemon);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
        try (var daemon = RunningDaemon.start(testbed, config)) {
            await("all").atMost(PATIENCE).until(() -> daemon.guests().size() == peers.size());
            assertThat(names(daemon)).isEqualTo(names);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
        peers.forEach(ScriptedPeer::close);
        return names;
    }

    private static Map<String, String> names(RunningDaemon daemon) {
        var names = new TreeMap<String, String>();
        daemon.guests().forEach(seen -> names.put(seen.json().path("socket").asString(), seen.name()));
        return names;
    }

    private static TestConfig config(Testbed testbed) {
        var folder = testbed.folder();
        return TestConfig.in(folder)
                .with("discovery.sockets", "[\"%s/a/*.qmp\", \"%s/b/*.qmp\"]".formatted(folder, folder));
    }

    private static Path make(Testbed testbed, String path) throws IOException {
        var socket = testbed.folder().resolve(path);
        Files.createDirectories(socket.getParent());
        return socket;
    }
}
