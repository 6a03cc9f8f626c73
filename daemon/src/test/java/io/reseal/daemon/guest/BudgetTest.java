package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeFleet;
import io.reseal.policy.Origin;
import io.reseal.policy.Reset;
import io.reseal.policy.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The budget")
class BudgetTest {
    private final Budget budget = new Budget(2);

    @Test
    void has_as_many_places_as_its_limit() {
        assertThat(budget.reserve("a")).isTrue();
        assertThat(budget.reserve("b")).isTrue();
        assertThat(budget.reserve("c")).isFalse();
    }

    @Test
    void gives_the_place_of_a_closed_reset_to_the_next() {
        budget.reserve("a");
        budget.reserve("b");
        budget.resetClosed(closed("a", Verdict.DIED), Duration.ZERO);
        assertThat(budget.reserve("c")).isTrue();
    }

    @Test
    void lets_a_guest_that_has_a_place_ask_again_without_losing_it() {
        budget.reserve("a");
        budget.reserve("b");
        assertThat(budget.reserve("a")).isTrue();
        budget.release("a");
        assertThat(budget.reserve("c")).isFalse();
    }

    @Test
    void keeps_the_place_of_a_reset_when_another_of_the_guest_is_refused() {
        budget.reserve("a");
        budget.reserve("b");
        budget.resetClosed(closed("a", Verdict.REFUSED), Duration.ZERO);
        assertThat(budget.reserve("c")).isFalse();
    }

    @Test
    void has_no_place_to_give_back_for_what_others_began() {
        budget.reserve("a");
        budget.reserve("b");
        budget.resetClosed(by(Origin.GUEST, closed("a", Verdict.PROVEN)), Duration.ZERO);
        budget.abandon(by(Origin.UNKNOWN, FakeFleet.opened("r", "b")));
        assertThat(budget.reserve("c")).isFalse();
    }

    @Test
    void gives_back_the_place_of_a_reset_that_nobody_watches_any_more() {
        budget.reserve("a");
        budget.reserve("b");
        budget.abandon(FakeFleet.opened("r", "a"));
        assertThat(budget.reserve("c")).isTrue();
    }

    @Test
    void gives_back_nothing_twice() {
        budget.release("a");
        budget.release("a");
        budget.reserve("a");
        budget.reserve("b");
        assertThat(budget.reserve("c")).isFalse();
    }

    @Test
    void takes_another_limit_at_once() {
        budget.limit(1);
        assertThat(budget.reserve("a")).isTrue();
        assertThat(budget.reserve("b")).isFalse();
        budget.limit(3);
        assertThat(budget.reserve("b")).isTrue();
        assertThat(budget.limit()).isEqualTo(3);
    }

    private static Reset closed(String guest, Verdict verdict) {
        return FakeFleet.closed(FakeFleet.opened("r", guest), verdict);
    }

    private static Reset by(Origin origin, Reset reset) {
        var ask = new Reset.Ask(
                origin, reset.ask().reason(), reset.ask().proof(), reset.ask().forced());
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                ask,
                reset.hazards(),
                reset.evidence(),
                reset.times(),
                reset.conclusion(),
                reset.echoes());
    }
}
