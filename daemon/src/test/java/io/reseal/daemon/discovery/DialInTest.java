package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.status.GuestName;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpException.ListenFailed;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DialInTest {
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";
    private static final String UUID = "9d1c7a36-0b55-4d43-8f53-1f6c2f0b8a11";

    @TempDir
    Path folder;

    private final QmpTransport transport = QmpTransport.create(1);
    private final List<GuestName> found = new CopyOnWriteArrayList<>();
    private final NamedGuest named = new NamedGuest("db-1", Path.of("/run/db-1.qmp"));
    private DialIn dialIn;

    @BeforeEach
    void listen() {
        var scope = new Discovery.Scope(List.of("/run/qemu/[0-9].qmp"), List.of(named), Duration.ofMillis(50));
        dialIn = new DialIn(() -> scope, new Finder());
        dialIn.listen(transport, QmpSettings.defaults(), List.of(socket()));
    }

    @AfterEach
    void close() {
        dialIn.close();
        transport.close();
    }

    @Test
    void a_guest_is_called_by_its_name_else_by_its_UUID() throws IOException {
        try (var _ = qemu("app 1", NO_UUID);
                var _ = qemu("app-1", UUID);
                var _ = qemu("", UUID)) {
            awaitFound(3);
            assertThat(found)
                    .extracting(GuestName::name)
                    .contains("app-1", UUID)
                    .anyMatch(name -> name.matches("app_1-[0-9a-f]{8}"));
            assertThat(found).allMatch(dialIn::has);
        }
    }

    @Test
    void a_name_that_another_guest_has_or_could_have_gets_a_hash() throws IOException {
        try (var _ = qemu("1", UUID);
                var _ = qemu("db-1", UUID)) {
            awaitFound(2);
            assertThat(found)
                    .extracting(GuestName::name)
                    .anyMatch(name -> name.matches("1-[0-9a-f]{8}"))
                    .anyMatch(name -> name.matches("db-1-[0-9a-f]{8}"));
            assertThat(found).extracting(GuestName::full).containsExactlyInAnyOrder("1", "db-1");
        }
    }

    @Test
    void a_guest_without_name_and_UUID_is_let_go_of() throws IOException {
        try (var nobody = qemu("", NO_UUID)) {
            assertThat(nobody.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(found).isEmpty();
        }
    }

    @Test
    void what_a_guest_said_before_it_was_taken_is_told() throws IOException {
        try (var qemu = qemu("app-1", UUID)) {
            awaitFound(1);
            say(qemu, "{\"event\": \"STOP\"}");
            var told = new Heard();
            var loop = transport.eventLoops().next();
            var connection = CompletableFuture.supplyAsync(() -> dialIn.connect(found.getFirst(), told, loop), loop)
                    .thenCompose(connecting -> connecting)
                    .join();

            assertThat(connection.isAccepted()).isTrue();
            await().until(() -> told.events.contains("STOP"));
        }
    }

    @Test
    void a_guest_whose_QEMU_is_not_there_is_told_so_and_may_ask_again() {
        var loop = transport.eventLoops().next();
        var none = dialIn.connect(new GuestName("app-1", socket()), new Heard(), loop);
        assertThat(none)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("expected QEMU to dial in again");
    }

    @Test
    void a_socket_in_use_is_an_error() {
        var other = new DialIn(() -> new Discovery.Scope(List.of(), List.of(), Duration.ofSeconds(1)), new Finder());
        assertThatThrownBy(() -> other.listen(transport, QmpSettings.defaults(), List.of(socket())))
                .isInstanceOf(ListenFailed.class)
                .hasMessageContaining(
                        "another process (pid " + ProcessHandle.current().pid() + ") listens there");
        other.close();
    }

    private Path socket() {
        return folder.resolve("in");
    }

    private void awaitFound(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> found.size() >= count);
    }

    /** Dials in and answers what every QEMU is asked; its process is that of the test. */
    private SocketChannel qemu(String name, String uuid) throws IOException {
        var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        say(
                channel,
                "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 11, \"minor\": 1, \"micro\": 3}, \"package\": \"\"}, \"capabilities\": []}}");
        var lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        for (var value : List.of("{}", "{\"name\": \"%s\"}".formatted(name), "{\"UUID\": \"%s\"}".formatted(uuid))) {
            var id = JsonMapper.shared().readTree(lines.readLine()).path("id").stringValue("");
            say(channel, "{\"return\": %s, \"id\": \"%s\"}".formatted(value, id));
        }
        return channel;
    }

    private static void say(SocketChannel channel, String line) throws IOException {
        channel.write(StandardCharsets.UTF_8.encode(line + "\r\n"));
    }

    private final class Finder implements Discovery.Listener {
        @Override
        public boolean admits(GuestName guest) {
            return true;
        }

        @Override
        public void found(GuestName guest) {
            found.add(guest);
        }

        @Override
        public void recreated(GuestName named) {}

        @Override
        public void gone(GuestName guest) {}

        @Override
        public void removed(GuestName guest, Discovery.Removal why) {}

        @Override
        public boolean forgotten(GuestName guest) {
            return true;
        }
    }

    private static final class Heard implements QmpListener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void onEvent(QmpEvent event) {
            events.add(event.name());
        }

        @Override
        public void onClosed(QmpException cause) {}
    }
}
