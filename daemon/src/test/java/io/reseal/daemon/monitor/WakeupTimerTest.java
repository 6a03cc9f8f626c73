package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.reseal.daemon.guest.HandClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WakeupTimerTest {
    private static final Instant T0 = Instant.parse("2026-11-22T12:00:00Z");

    private final HandClock clock = new HandClock(T0);
    private final EmbeddedChannel loop = frozen();
    private final List<Instant> rung = new ArrayList<>();
    private final GuestClock guestClock = new GuestClock(clock, loop.eventLoop().ticker());
    private final WakeupTimer alarm = new WakeupTimer(loop.eventLoop(), guestClock, rung::add);

    @AfterEach
    void end() {
        loop.close();
    }

    @Test
    void the_timer_rings_at_each_time_asked_for_in_their_order() {
        alarm.at(T0.plusSeconds(30));
        alarm.at(T0.plusSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(rung).containsExactly(T0.plusSeconds(1));
        pass(Duration.ofSeconds(29));
        assertThat(rung).containsExactly(T0.plusSeconds(1), T0.plusSeconds(30));
    }

    @Test
    void the_timer_rings_once_for_a_time_asked_for_twice() {
        alarm.at(T0.plusSeconds(1));
        alarm.at(T0.plusSeconds(1));
        pass(Duration.ofSeconds(10));
        assertThat(rung).hasSize(1);
    }

    @Test
    void the_timer_rings_at_once_for_a_time_that_is_over() {
        alarm.at(T0.minusSeconds(5));
        pass(Duration.ZERO);
        assertThat(rung).containsExactly(T0);
    }

    @Test
    void the_timer_is_neither_late_nor_early_when_the_wall_clock_is_set() {
        alarm.at(T0.plusSeconds(1));
        alarm.at(T0.plusSeconds(2));
        clock.set(T0.minusSeconds(3600));
        pass(Duration.ofSeconds(1));
        assertThat(rung).containsExactly(T0.plusSeconds(1));
        clock.set(T0.plusSeconds(3600));
        pass(Duration.ofMillis(999));
        assertThat(rung).hasSize(1);
        pass(Duration.ofMillis(1));
        assertThat(rung).containsExactly(T0.plusSeconds(1), T0.plusSeconds(2));
    }

    @Test
    void the_timer_is_silent_once_cleared() {
        alarm.at(T0.plusSeconds(1));
        alarm.at(T0.plusSeconds(2));
        alarm.clear();
        pass(Duration.ofSeconds(10));
        assertThat(rung).isEmpty();
    }

    @Test
    void the_timer_takes_a_time_that_is_asked_for_while_it_rings() {
        var again = new ArrayList<Instant>();
        var self = new WakeupTimer[1];
        self[0] = new WakeupTimer(loop.eventLoop(), guestClock, at -> {
            again.add(at);
            if (again.size() < 3) {
                self[0].at(at.plusSeconds(1));
            }
        });
        self[0].at(T0);
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(1));
        }
        assertThat(again).hasSize(3);
    }

    @Test
    void the_timer_can_be_set_to_the_end_of_time() {
        alarm.at(Instant.MAX);
        pass(Duration.ofDays(1));
        assertThat(rung).isEmpty();
    }

    private static EmbeddedChannel frozen() {
        var channel = new EmbeddedChannel();
        channel.freezeTime();
        return channel;
    }

    private void pass(Duration time) {
        clock.pass(time);
        loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
    }
}
