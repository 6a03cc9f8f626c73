package io.reseal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Did you mean")
class SuggestionTest {
    private static final List<String> KNOWN = List.of("name", "admin-socket", "admin-group", "within");

    @Test
    void forgives_a_slip_in_every_third_letter() {
        assertThat(Suggestion.to("nmae", KNOWN)).contains("name");
        assertThat(Suggestion.to("wihtim", KNOWN)).contains("within");
        assertThat(Suggestion.to("naem-x", KNOWN)).isEmpty();
    }

    @Test
    void knows_other_ways_to_join_words() {
        assertThat(Suggestion.to("adminSocket", KNOWN)).contains("admin-socket");
        assertThat(Suggestion.to("ADMIN_GROUP", KNOWN)).contains("admin-group");
    }

    @Test
    void is_silent_on_what_is_far_from_everything() {
        assertThat(Suggestion.hint("entirely", KNOWN)).isEmpty();
        assertThat(Suggestion.hint("name".repeat(1000), KNOWN)).isEmpty();
    }

    @Test
    void counts_two_swapped_neighbours_as_one_slip() {
        assertThat(Suggestion.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    }
}
