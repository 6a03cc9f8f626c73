package io.reseal.policy.supervision;

import static io.reseal.policy.supervision.SampleResets.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.signal.Signal;
import org.junit.jupiter.api.Test;

class EarlyEventsTest {
    private static final Signal RESET = new Signal.ResetSeen(T0, T0, true, "guest-reset");
    private static final Signal STOP = new Signal.StopSeen(T0);
    private static final Signal RESUME = new Signal.ResumeSeen(T0);
    private static final Signal SHUTDOWN = new Signal.ShutdownSeen(T0, "guest-shutdown");
    private static final Signal PANIC = new Signal.PanicSeen(T0, "none", "");

    private final EarlyEvents<Signal> early = new EarlyEvents<>();

    @Test
    void early_events_are_no_news_when_reading_the_guest_tells_the_same() {
        come(
                STOP,
                RESUME,
                new Signal.SuspendSeen(T0),
                new Signal.WakeupSeen(T0),
                new Signal.StateInDoubt(T0, "MIGRATION"));
        assertThat(early.news(false).events()).isEmpty();
    }

    @Test
    void early_events_around_a_reset_are_all_news() {
        come(STOP, RESET, RESUME);
        var news = early.news(false);
        assertThat(news.events()).containsExactly(STOP, RESET, RESUME);
        assertThat(news.reset()).isTrue();
    }

    @Test
    void early_events_without_a_reset_are_news_where_no_reading_tells_the_same() {
        come(STOP, PANIC, RESUME, SHUTDOWN);
        var news = early.news(false);
        assertThat(news.events()).containsExactly(PANIC, SHUTDOWN);
        assertThat(news.reset()).isFalse();
    }

    @Test
    void early_events_do_not_tell_a_reset_again_that_was_inferred_from_the_reading() {
        come(STOP, RESET, RESUME);
        var news = early.news(true);
        assertThat(news.reset()).isFalse();
        assertThat(news.events()).isEmpty();
    }

    @Test
    void early_events_before_an_inferred_reset_belong_to_the_incarnation_before_it() {
        come(PANIC, RESET, SHUTDOWN);
        assertThat(early.news(true).events()).containsExactly(SHUTDOWN);
    }

    @Test
    void early_events_tell_no_shutdown_that_the_guest_went_on_after() {
        come(SHUTDOWN, RESUME, PANIC);
        assertThat(early.news(false).events()).containsExactly(PANIC);
    }

    @Test
    void early_events_are_told_once() {
        come(RESET);
        early.news(false);
        assertThat(early.news(false).events()).isEmpty();
    }

    @Test
    void early_events_are_kept_in_a_bounded_number() {
        for (int i = 0; i < EarlyEvents.MOST - 1; i++) {
            early.add(RESET, RESET);
        }
        assertThat(early.overflowed()).isFalse();
        come(RESET, RESET, RESET);
        assertThat(early.overflowed()).isTrue();
        assertThat(early.news(false).events()).hasSize(EarlyEvents.MOST);
    }

    private void come(Signal... signals) {
        for (var signal : signals) {
            early.add(signal, signal);
        }
    }
}
