package io.reseal.daemon.feed;

import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.EventType;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Turns what happens into numbered events and keeps the newest. Ids go up by one; a restarted daemon begins at the time of
 * day in microseconds, so they stay unique unless the clock is set back. Safe for any thread; telling never waits for a
 * reader.
 */
public final class EventFeed implements GuestListener {
    private static final int KEPT = 4096;

    /** QMP events that tell of a guest's life; the others are counted by the metrics, but would push these out of the ring. */
    private static final Set<String> LIFECYCLE = Set.of(
            "RESET",
            "SHUTDOWN",
            "STOP",
            "RESUME",
            "SUSPEND",
            "SUSPEND_DISK",
            "WAKEUP",
            "POWERDOWN",
            "GUEST_PANICKED",
            "WATCHDOG",
            "MIGRATION");

    private final Clock clock;
    private final long firstId;
    private final Ring ring;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    public EventFeed(Clock clock) {
        this(clock, KEPT);
    }

    EventFeed(Clock clock, int kept) {
        this.clock = clock;
        this.firstId = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        this.ring = new Ring(kept, firstId);
    }

    /** Id of the newest event; events after it are those still to come. */
    public long newest() {
        return ring.newest();
    }

    /**
     * Follows the feed from the event after {@code after} on.
     *
     * @param wake called on any thread whenever there is more to read; must be quick and must not throw
     */
    public Subscription subscribe(long after, Runnable wake) {
        var subscription = new Subscription(this, after, wake);
        subscriptions.add(subscription);
        return subscription;
    }

    long oldest() {
        return ring.oldest(firstId);
    }

    Optional<Event> at(long id) {
        return ring.at(id);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    @Override
    public void guestChanged(GuestStatus guest) {
        tell(EventType.GUEST_CHANGED, guest.name(), Optional.empty(), Documents.guest(guest));
    }

    @Override
    public void guestForgotten(GuestStatus last) {
        tell(EventType.GUEST_FORGOTTEN, last.name(), Optional.empty(), Documents.guest(last));
    }

    @Override
    public void guestEnded(String guest, Action.Ended end) {
        tell(EventType.GUEST_ENDED, guest, Optional.empty(), Documents.ended(guest, end));
    }

    @Override
    public void resetOpened(Reset reset) {
        tell(EventType.RESET_OPENED, reset.guest(), Optional.of(reset.id()), Documents.reset(reset));
    }

    @Override
    public void evidenceFound(Reset reset, Evidence evidence) {
        tell(EventType.EVIDENCE, reset.guest(), Optional.of(reset.id()), Documents.evidenceOf(reset, evidence));
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        tell(
                EventType.LEVEL_PROVEN,
                reset.guest(),
                Optional.of(reset.id()),
                Documents.levelProven(reset, level, afterEvent));
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        tell(EventType.RESET_CLOSED, reset.guest(), Optional.of(reset.id()), Documents.reset(reset));
    }

    @Override
    public void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        tell(EventType.LAUNCH_CHANGED, guest, reset, Documents.launchChanged(guest, reset, changes));
    }

    @Override
    public void eventSeen(String guest, String event, String detail) {
        if (!LIFECYCLE.contains(event)) {
            return;
        }
        var payload =
                new EventDocument.QmpEvent(guest, event, Optional.of(detail).filter(text -> !text.isEmpty()));
        tell(EventType.QMP_EVENT, guest, Optional.empty(), payload);
    }

    private void tell(EventType type, String guest, Optional<String> reset, Object payload) {
        var at = clock.instant();
        // written before the id is taken: a writer that holds an id must not fail, or readers would wait for it without
        // end
        var json = Json.text(payload);
        ring.add(id -> new Event(id, at, type, guest, reset, json));
        subscriptions.forEach(Subscription::wake);
    }
}
