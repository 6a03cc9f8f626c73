package io.reseal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("name", "admin-socket", "admin-group", "within");

    @Test
    void a_word_is_suggested_for_one_with_a_slip_in_every_third_letter() {
        assertThat(Suggestion.to("nmae", KNOWN)).contains("name");
        assertThat(Suggestion.to("wihtim", KNOWN)).contains("within");
        assertThat(Suggestion.to("naem-x", KNOWN)).isEmpty();
    }

    @Test
    void a_word_is_suggested_for_one_that_is_joined_in_another_way() {
        assertThat(Suggestion.to("adminSocket", KNOWN)).contains("admin-socket");
        assertThat(Suggestion.to("ADMIN_GROUP", KNOWN)).contains("admin-group");
    }

    @Test
    void nothing_is_suggested_for_a_word_that_is_far_from_all_known_ones() {
        assertThat(Suggestion.hint("entirely", KNOWN)).isEmpty();
        assertThat(Suggestion.hint("name".repeat(1000), KNOWN)).isEmpty();
    }

    @Test
    void two_letters_that_are_swapped_count_as_one_slip() {
        assertThat(Suggestion.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    }
}
