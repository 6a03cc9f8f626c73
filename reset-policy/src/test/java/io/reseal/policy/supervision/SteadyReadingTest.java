package io.reseal.policy.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SteadyReadingTest {
    @Test
    void a_reading_counts_when_no_event_came_in_between() {
        assertThat(SteadyReading.begin(7).undisturbed(7)).isTrue();
        assertThat(SteadyReading.begin(7).undisturbed(8)).isFalse();
    }

    @Test
    void a_reading_counts_from_its_first_answer_on_where_that_is_known() {
        assertThat(SteadyReading.begin(7).answeredSince(8).undisturbed(8)).isTrue();
        assertThat(SteadyReading.begin(7).answeredSince(8).undisturbed(9)).isFalse();
    }

    @Test
    void a_reading_that_was_disturbed_is_begun_again_and_counts_from_then_on() {
        var second = SteadyReading.begin(7).again(8).orElseThrow();
        assertThat(second.undisturbed(8)).isTrue();
        assertThat(second.undisturbed(7)).isFalse();
    }

    @Test
    void a_reading_is_given_up_when_as_many_as_are_allowed_were_disturbed() {
        var reading = Optional.of(SteadyReading.begin(0));
        int readings = 0;
        for (; reading.isPresent(); readings++) {
            reading = reading.get().again(readings + 1L);
        }
        assertThat(readings).isEqualTo(SteadyReading.MOST);
    }

    @Test
    void a_reading_under_way_serves_all_who_want_one_during_it() {
        var shared = new SharedReading();
        assertThat(shared.wanted()).isTrue();
        assertThat(shared.wanted()).isFalse();
        assertThat(shared.wanted()).isFalse();
    }

    @Test
    void a_reading_that_is_wanted_because_of_the_answer_to_another_is_begun() {
        var shared = new SharedReading();
        shared.wanted();
        shared.answered();
        assertThat(shared.wanted()).isTrue();
    }
}
