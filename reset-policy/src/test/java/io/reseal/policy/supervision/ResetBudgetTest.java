package io.reseal.policy.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResetBudgetTest {
    private final ResetBudget budget = new ResetBudget(2);

    @Test
    void the_budget_has_as_many_places_as_its_limit() {
        assertThat(budget.reserve("a")).isTrue();
        assertThat(budget.reserve("b")).isTrue();
        assertThat(budget.reserve("c")).isFalse();
        budget.limit(3);
        assertThat(budget.reserve("c")).isTrue();
    }

    @Test
    void the_budget_takes_another_request_for_a_guest_that_has_a_place() {
        budget.reserve("a");
        budget.reserve("b");
        assertThat(budget.reserve("a")).isTrue();
        budget.answered("a");
        assertThat(budget.busy()).containsExactlyInAnyOrder("a", "b");
        budget.answered("a");
        assertThat(budget.busy()).containsExactly("b");
    }

    @Test
    void a_place_is_free_again_once_a_request_that_began_nothing_is_answered() {
        budget.reserve("a");
        budget.answered("a");
        assertThat(budget.busy()).isEmpty();
    }

    @Test
    void the_place_of_a_reset_is_kept_until_that_is_closed() {
        begun("a", "r1");
        assertThat(budget.busy()).containsExactly("a");
        budget.closed("r1");
        assertThat(budget.busy()).isEmpty();
    }

    /** Such as one whose set-action is rejected, or whose connection is lost while that is out. */
    @Test
    void the_place_of_a_reset_that_was_begun_and_then_refused_is_free_again() {
        for (int i = 0; i < 5; i++) {
            begun("a", "r" + i);
            budget.closed("r" + i);
        }
        assertThat(budget.busy()).isEmpty();
    }

    @Test
    void a_place_is_free_again_whatever_comes_first_the_answer_or_the_verdict() {
        budget.reserve("a");
        budget.opened(SampleResets.open("r1", "a"));
        budget.closed("r1");
        budget.answered("a");
        assertThat(budget.busy()).isEmpty();
    }

    @Test
    void the_budget_is_not_changed_by_a_reset_that_is_closed_twice_or_was_never_opened() {
        begun("a", "r1");
        begun("b", "r2");
        budget.closed("r1");
        budget.closed("r1");
        budget.closed("unheard of");
        assertThat(budget.busy()).containsExactly("b");
    }

    @Test
    void the_budget_does_not_count_resets_that_others_began() {
        var request = new Reset.Request(
                Origin.GUEST, "guest-reset", SampleResets.request("").proof(), Set.of());
        budget.opened(SampleResets.open("r1", "a", request));
        assertThat(budget.busy()).isEmpty();
    }

    @Test
    void the_budget_takes_no_place_from_a_reset_under_way_when_its_limit_shrinks() {
        begun("a", "r1");
        begun("b", "r2");
        budget.limit(1);
        budget.closed("r1");
        assertThat(budget.reserve("c")).isFalse();
        budget.closed("r2");
        assertThat(budget.reserve("c")).isTrue();
    }

    @Test
    void the_budget_keeps_one_place_for_a_guest_that_is_renamed_in_its_reset() {
        begun("a", "r1");
        budget.renamed(Map.of("a", "z"));
        assertThat(budget.busy()).containsExactly("z");
        budget.closed("r1");
        assertThat(budget.busy()).isEmpty();
    }

    @Test
    void the_budget_keeps_the_places_of_guests_that_exchange_their_names_apart() {
        begun("a", "r1");
        begun("b", "r2");
        budget.renamed(Map.of("a", "b", "b", "a"));
        budget.closed("r1");
        assertThat(budget.busy()).containsExactly("a");
    }

    private void begun(String guest, String reset) {
        budget.reserve(guest);
        budget.opened(SampleResets.open(reset, guest));
        budget.answered(guest);
    }

    @Test
    void the_budget_takes_the_place_back_from_a_reset_that_QEMU_never_answers() {
        var open = SampleResets.open("a.1", "a");
        budget.opened(open);
        var deadline = said(open, EvidenceKind.DEADLINE);
        budget.found(deadline);
        assertThat(budget.busy()).containsExactly("a");
        budget.found(said(deadline, EvidenceKind.ACKNOWLEDGEMENT));
        assertThat(budget.busy()).isEmpty();
        budget.closed("a.1");
        assertThat(budget.busy()).isEmpty();
    }

    private static Reset said(Reset reset, EvidenceKind kind) {
        var evidence = new ArrayList<>(reset.evidence());
        evidence.add(new Evidence(SampleResets.T0, kind, Outcome.INCONCLUSIVE, Optional.empty(), "said"));
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                reset.request(),
                reset.hazards(),
                evidence,
                reset.times(),
                reset.conclusion(),
                reset.echoes());
    }
}
