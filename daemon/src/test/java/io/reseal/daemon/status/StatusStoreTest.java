package io.reseal.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.policy.GuestKind;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusStoreTest {
    private final StatusStore board = new StatusStore();

    @Test
    void the_status_store_shows_the_newest_resets_first() {
        board.show(at("a", 1));
        board.show(at("b", 3));
        board.show(at("c", 2));
        assertThat(board.resets()).extracting(Reset::id).containsExactly("b", "c", "a");
    }

    @Test
    void the_status_store_shows_of_resets_of_the_same_instant_the_one_told_last_first() {
        for (int i = 8; i <= 11; i++) {
            board.show(at("web." + i, 0));
        }
        board.show(FakeGuests.closed(at("web.9", 0), Verdict.PROVEN));
        assertThat(board.resets()).extracting(Reset::id).containsExactly("web.11", "web.10", "web.9", "web.8");
    }

    @Test
    void the_status_store_keeps_a_bounded_number_of_closed_resets_and_every_open_one() {
        board.show(at("open", 0));
        for (int i = 0; i < StatusStore.ENDED_KEPT + 10; i++) {
            board.show(FakeGuests.closed(at("r" + i, i), Verdict.PROVEN));
        }
        assertThat(board.resets()).hasSize(StatusStore.ENDED_KEPT + 1);
        assertThat(board.reset("open")).isPresent();
        assertThat(board.reset("r9")).isEmpty();
        assertThat(board.reset("r10")).isPresent();
    }

    @Test
    void the_status_store_counts_a_closed_reset_once_however_often_it_is_shown() {
        for (int i = 0; i < 2 * StatusStore.ENDED_KEPT; i++) {
            board.show(FakeGuests.closed(at("same", 1), Verdict.PROVEN));
        }
        assertThat(board.reset("same")).isPresent();
    }

    @Test
    void the_status_store_removes_a_guest_only_if_no_other_of_its_name_has_come() {
        var old = FakeGuests.guest("web", GuestKind.TDX);
        var other = FakeGuests.unknown("web");
        board.show(old);
        board.show(other);
        board.remove(old);
        assertThat(board.guest("web")).contains(other);
        board.remove(other);
        assertThat(board.guests()).isEmpty();
    }

    @Test
    void the_status_store_shows_guests_by_name() {
        board.show(FakeGuests.unknown("b"));
        board.show(FakeGuests.unknown("a"));
        assertThat(board.guests()).extracting(GuestStatus::name).containsExactly("a", "b");
    }

    private static Reset at(String id, long second) {
        var reset = FakeGuests.opened(id, "web");
        var times = new Reset.Times(
                FakeGuests.T0.plusSeconds(second), Optional.empty(), Optional.empty(), Optional.empty());
        return new Reset(
                id,
                "web",
                reset.kind(),
                reset.request(),
                reset.hazards(),
                reset.evidence(),
                times,
                reset.conclusion(),
                0);
    }
}
