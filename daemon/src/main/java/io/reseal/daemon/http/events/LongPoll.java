package io.reseal.daemon.http.events;

import io.netty.util.concurrent.EventExecutor;
import io.reseal.daemon.api.EventType;
import io.reseal.daemon.feed.Event;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.feed.Subscription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits until a reset is closed. No thread waits for it. Confined to the event loop of its connection. */
public final class LongPoll {
    private static final int BATCH = 64;

    private final String reset;
    private final Subscription subscription;
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();

    private LongPoll(EventFeed feed, String reset, EventExecutor loop) {
        this.reset = reset;
        this.subscription = feed.subscribe(feed.newest(), new CoalescedTask(loop, this::look));
    }

    /** Done when the reset closes or the time is over; a client that leaves cancels it. */
    public static CompletableFuture<Boolean> start(EventFeed feed, String reset, Duration wait, EventExecutor loop) {
        var poll = new LongPoll(feed, reset, loop);
        var timer = loop.schedule(() -> poll.over.complete(false), wait.toMillis(), TimeUnit.MILLISECONDS);
        poll.over.whenComplete((_, _) -> {
            timer.cancel(false);
            poll.subscription.close();
        });
        return poll.over;
    }

    private void look() {
        for (var batch = subscription.poll(BATCH); !batch.isEmpty(); batch = subscription.poll(BATCH)) {
            if (batch.firstAfterGap().isPresent() || batch.events().stream().anyMatch(this::closes)) {
                over.complete(true);
                return;
            }
        }
    }

    private boolean closes(Event event) {
        return event.type() == EventType.RESET_CLOSED
                && event.reset().filter(reset::equals).isPresent();
    }
}
