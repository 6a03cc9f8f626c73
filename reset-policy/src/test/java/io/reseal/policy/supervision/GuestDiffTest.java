package io.reseal.policy.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.supervision.GuestDiff.Rename;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuestDiffTest {
    @Test
    void another_configuration_changes_nothing_for_a_guest_of_the_same_name_at_the_same_socket() {
        assertThat(GuestDiff.of(Map.of("/a", "a"), Map.of("/a", "a")))
                .isEqualTo(GuestDiff.of(Map.<String, String>of(), Map.of()));
    }

    @Test
    void another_configuration_removes_a_guest_whose_socket_it_does_not_cover() {
        var diff = GuestDiff.of(Map.of("/a", "a"), Map.<String, String>of());
        assertThat(diff.removed()).containsExactly("a");
        assertThat(diff.renamed()).isEmpty();
        assertThat(diff.added()).isEmpty();
    }

    @Test
    void another_configuration_renames_a_guest_of_another_name_at_the_same_socket() {
        var diff = GuestDiff.of(Map.of("/a", "a"), Map.of("/a", "z"));
        assertThat(diff.renamed()).containsExactly(new Rename<>("a", "z"));
        assertThat(diff.removed()).isEmpty();
        assertThat(diff.added()).isEmpty();
    }

    @Test
    void another_configuration_renames_both_of_two_guests_that_exchange_their_names() {
        var diff = GuestDiff.of(Map.of("/1", "a", "/2", "b"), Map.of("/1", "b", "/2", "a"));
        assertThat(diff.renamed()).containsExactlyInAnyOrder(new Rename<>("a", "b"), new Rename<>("b", "a"));
        assertThat(diff.removed()).isEmpty();
        assertThat(diff.added()).isEmpty();
    }

    @Test
    void another_configuration_takes_a_name_at_another_socket_for_another_guest() {
        var diff = GuestDiff.of(Map.of("/old", "a"), Map.of("/new", "a"));
        assertThat(diff.removed()).containsExactly("a");
        assertThat(diff.added()).containsExactly("a");
        assertThat(diff.renamed()).isEmpty();
    }
}
