package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
    private final List<CompletableFuture<String>> begun = new ArrayList<>();
    private final OneAtATime<String> readings = new OneAtATime<>(this::begin, Runnable::run);

    private CompletableFuture<String> begin() {
        begun.add(new CompletableFuture<>());
        return begun.getLast();
    }

    @Test
    void a_reading_begins_at_once_when_none_is_under_way() {
        var first = readings.read();
        begun.getFirst().complete("one");
        assertThat(first).isCompletedWithValue("one");
        readings.read();
        assertThat(begun).hasSize(2);
    }

    @Test
    void all_who_ask_meanwhile_share_one_that_begins_later() {
        readings.read();
        var later = IntStream.range(0, 100).mapToObj(_ -> readings.read()).toList();
        assertThat(begun).hasSize(1);
        begun.get(0).complete("one");
        assertThat(begun).hasSize(2);
        assertThat(later).noneMatch(CompletableFuture::isDone);
        begun.get(1).complete("two");
        assertThat(later).allSatisfy(answer -> assertThat(answer).isCompletedWithValue("two"));
        assertThat(begun).hasSize(2);
    }

    @Test
    void who_asks_while_the_shared_one_is_under_way_waits_for_one_more() {
        readings.read();
        readings.read();
        begun.get(0).complete("one");
        var third = readings.read();
        begun.get(1).complete("two");
        assertThat(third).isNotDone();
        begun.get(2).complete("three");
        assertThat(third).isCompletedWithValue("three");
    }

    @Test
    void a_failure_is_told_to_those_who_shared_it_and_to_nobody_else() {
        var first = readings.read();
        var second = readings.read();
        begun.get(0).completeExceptionally(new IllegalStateException("lost"));
        begun.get(1).complete("two");
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedWithValue("two");
    }
}
