package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Did you mean")
class NearestTest {
    private static final List<String> KNOWN = List.of("name", "admin-socket", "admin-group", "within");

    @Test
    void forgives_a_slip_in_every_third_letter() {
        assertThat(Nearest.to("nmae", KNOWN)).contains("name");
        assertThat(Nearest.to("wihtim", KNOWN)).contains("within");
        assertThat(Nearest.to("naem-x", KNOWN)).isEmpty();
    }

    @Test
    void knows_other_ways_to_join_words() {
        assertThat(Nearest.to("adminSocket", KNOWN)).contains("admin-socket");
        assertThat(Nearest.to("ADMIN_GROUP", KNOWN)).contains("admin-group");
    }

    @Test
    void is_silent_on_what_is_far_from_everything() {
        assertThat(Nearest.hint("entirely", KNOWN)).isEmpty();
        assertThat(Nearest.hint("name".repeat(1000), KNOWN)).isEmpty();
    }

    @Test
    void counts_two_swapped_neighbours_as_one_slip() {
        assertThat(Nearest.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
