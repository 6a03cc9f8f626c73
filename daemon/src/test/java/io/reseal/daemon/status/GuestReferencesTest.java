package io.reseal.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestReferencesTest {
    private static final String LONG = "x".repeat(70);
    private static final Map<String, String> FULL = Map.of("x-0a", LONG, "web-0b", "web");

    private final List<GuestStatus> guests = List.of(
            guest("web", "/a/web.qmp", "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01", "dom web"),
            guest("db", "/a/db.qmp", "00000000-0000-0000-0000-000000000000", ""),
            guest("x-0a", "/a/" + LONG + ".qmp", "00000000-0000-0000-0000-000000000000", ""));

    @ParameterizedTest
    @ValueSource(strings = {"web", "/a/web.qmp", "web.qmp", "5C1E9D1C-6a5f-4c7e-9a3b-2f6f0c8f1a01", "dom web"})
    void a_reference_to_a_guest_may_be_its_name_path_file_name_UUID_or_name_in_libvirt(String reference) {
        assertThat(find(guests, reference)).containsExactly("web");
    }

    @Test
    void a_reference_to_a_guest_may_be_the_whole_of_a_name_that_had_to_be_cut() {
        assertThat(find(guests, LONG)).containsExactly("x-0a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "we", "a/web.qmp", "00000000-0000-0000-0000-000000000000"})
    void a_reference_to_a_guest_that_tells_nobody_apart_means_nobody(String reference) {
        assertThat(find(guests, reference)).isEmpty();
    }

    @Test
    void a_reference_to_a_guest_means_all_guests_that_have_it() {
        var two = List.of(
                guest("web", "/a/vm.qmp", "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01", "vm"),
                guest("db", "/b/vm.qmp", "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01", "vm"));
        assertThat(find(two, "vm.qmp")).containsExactly("web", "db");
        assertThat(find(two, "vm")).containsExactly("web", "db");
        assertThat(find(two, "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01")).containsExactly("web", "db");
    }

    @Test
    void a_reference_to_a_guest_means_the_guest_of_that_name_whatever_else_has_it() {
        var two = List.of(
                guest("web", "/a/vm.qmp", "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01", "db"),
                guest("db", "/b/web", "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a02", "web"));
        assertThat(find(two, "web")).containsExactly("web");
    }

    @Test
    void a_reference_to_a_guest_that_is_the_name_of_a_guest_that_is_away_does_not_mean_another_one() {
        var other = List.of(guest("web-0b", "/b/web.qmp", "5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a02", "web"));
        assertThat(find(other, "web")).isEmpty();
        assertThat(find(other, "web.qmp")).containsExactly("web-0b");
    }

    private static List<String> find(List<GuestStatus> guests, String reference) {
        return GuestReferences.find(guests, reference, name -> FULL.getOrDefault(name, name)).stream()
                .map(GuestStatus::name)
                .toList();
    }

    private static GuestStatus guest(String name, String socket, String uuid, String qemuName) {
        var now = Instant.parse("2026-11-22T12:00:00Z");
        var identity = new GuestStatus.Identity(
                uuid,
                Optional.empty(),
                true,
                GuestKind.PLAIN,
                "11.1.3",
                RunState.RUNNING,
                1,
                now,
                Map.of(GuestReferences.QEMU_NAME, qemuName));
        return new GuestStatus(
                name,
                Path.of(socket),
                GuestStatus.State.WATCHING,
                "",
                Optional.of(identity),
                now,
                true,
                List.of(),
                Optional.empty(),
                new GuestStatus.Blind(1, Duration.ZERO));
    }
}
