package io.reseal.daemon.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.api.EventType;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.machine.Action;
import io.reseal.policy.reset.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventFeedTest {
    private static final Clock AT_T0 = Clock.fixed(FakeGuests.T0, ZoneOffset.UTC);
    private static final long T0_MICROS = FakeGuests.T0.getEpochSecond() * 1_000_000 + 250;

    private final EventFeed feed = new EventFeed(AT_T0, 8);

    @Test
    void the_feed_of_events_numbers_events_from_the_time_of_its_start_in_microseconds() {
        var reader = feed.subscribe(feed.newest(), () -> {});
        feed.eventSeen("web-1", "RESET", "");
        feed.eventSeen("web-1", "STOP", "");

        assertThat(reader.poll(10).events()).extracting(Event::id).containsExactly(T0_MICROS, T0_MICROS + 1);
    }

    @Test
    void the_feed_of_events_gives_each_event_as_one_line_with_its_payload() {
        var reader = feed.subscribe(feed.newest(), () -> {});
        feed.eventSeen("we\"b", "RESET", "");

        assertThat(reader.poll(1).events().getFirst().json())
                .isEqualTo("{\"id\":" + T0_MICROS + ",\"at\":\"2026-11-22T12:00:00.000250Z\",\"type\":\"qmp-event\","
                        + "\"guest\":\"we\\\"b\",\"payload\":{\"guest\":\"we\\\"b\",\"event\":\"RESET\"}}");
    }

    @Test
    void the_feed_of_events_tells_everything_that_can_happen() {
        var feed = new EventFeed(AT_T0, 16);
        var reader = feed.subscribe(feed.newest(), () -> {});
        var guest = FakeGuests.guest("web-1", GuestKind.TDX);
        var reset = FakeGuests.withEvidence(FakeGuests.opened("r-7", "web-1"), "RESET came");
        feed.guestChanged(guest);
        feed.guestForgotten(guest);
        feed.guestEnded("web-1", new Action.Ended(Action.How.CRASH, "it crashed"));
        feed.resetOpened(reset);
        feed.evidenceFound(reset, reset.evidence().getFirst());
        feed.levelProven(reset, Level.OBSERVED, Duration.ofMillis(3));
        feed.resetClosed(FakeGuests.closed(reset, Verdict.PROVEN), Duration.ofSeconds(1));
        feed.launchChanged(
                "web-1",
                Optional.of("r-7"),
                List.of(new LaunchChange(LaunchPart.POLICY, "the policy was 0x30000, is 0xb0000")));
        feed.eventSeen("web-1", "RESET", "");

        assertThat(reader.poll(10).events()).extracting(Event::type).containsExactly(EventType.values());
    }

    @Test
    void the_feed_of_events_resumes_after_the_id_that_a_reader_saw_last() {
        feed.eventSeen("web-1", "RESET", "");
        long seen = feed.newest();
        feed.eventSeen("web-1", "STOP", "");

        var batch = feed.subscribe(seen, () -> {}).poll(10);

        assertThat(batch.firstAfterGap()).isEmpty();
        assertThat(batch.events()).extracting(Event::id).containsExactly(seen + 1);
    }

    @Test
    void the_feed_of_events_tells_a_reader_that_fell_behind_where_it_goes_on() {
        var reader = feed.subscribe(feed.newest(), () -> {});
        tell(20);

        var batch = reader.poll(100);

        assertThat(batch.firstAfterGap()).hasValue(T0_MICROS + 12);
        assertThat(batch.events()).extracting(Event::id).first().isEqualTo(T0_MICROS + 12);
        assertThat(batch.events()).hasSize(8);
        assertThat(reader.poll(100).isEmpty()).isTrue();
    }

    @Test
    void the_feed_of_events_tells_of_a_gap_when_the_id_is_from_before_a_restart() {
        tell(1);

        assertThat(feed.subscribe(T0_MICROS - 1000, () -> {}).poll(10).firstAfterGap())
                .hasValue(T0_MICROS);
    }

    @Test
    void the_feed_of_events_tells_of_a_gap_when_the_id_was_never_given_out() {
        tell(2);

        var batch = feed.subscribe(T0_MICROS + 1_000_000, () -> {}).poll(10);

        assertThat(batch.firstAfterGap()).hasValue(T0_MICROS);
        assertThat(batch.events()).hasSize(2);
    }

    @Test
    void the_feed_of_events_wakes_readers_until_they_close() {
        var woken = new AtomicInteger();
        var reader = feed.subscribe(feed.newest(), woken::incrementAndGet);
        tell(2);
        reader.close();
        tell(3);

        assertThat(woken).hasValue(2);
    }

    @Test
    void the_feed_of_events_loses_and_doubles_nothing_when_many_tell_at_once() throws InterruptedException {
        int threads = 8;
        int each = 500;
        var wide = new EventFeed(AT_T0, 4096);
        var reader = wide.subscribe(wide.newest(), () -> {});
        var ready = new CountDownLatch(threads);
        try (var tellers = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                tellers.execute(() -> {
                    ready.countDown();
                    awaitAll(ready);
                    for (int i = 0; i < each; i++) {
                        wide.eventSeen("g", "RESET", "");
                    }
                });
            }
        }

        var ids = new ArrayList<Long>();
        for (var batch = reader.poll(64); !batch.isEmpty(); batch = reader.poll(64)) {
            batch.events().forEach(event -> ids.add(event.id()));
        }
        assertThat(ids).hasSize(threads * each).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void the_feed_of_events_never_gives_an_event_twice_or_out_of_order_while_it_overflows() throws Exception {
        var seen = new ArrayList<Long>();
        try (var tellers = Executors.newFixedThreadPool(3)) {
            var reader = feed.subscribe(feed.newest(), () -> {});
            var telling = List.of(tellers.submit(() -> tell(5000)), tellers.submit(() -> tell(5000)));
            while (!telling.stream().allMatch(Future::isDone)) {
                reader.poll(3).events().forEach(event -> seen.add(event.id()));
            }
            for (var batch = reader.poll(3); !batch.isEmpty(); batch = reader.poll(3)) {
                batch.events().forEach(event -> seen.add(event.id()));
            }
        }

        assertThat(seen).isSorted().doesNotHaveDuplicates().endsWith(feed.newest());
    }

    private void tell(int times) {
        for (int i = 0; i < times; i++) {
            feed.eventSeen("web-1", "RESET", "");
        }
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
