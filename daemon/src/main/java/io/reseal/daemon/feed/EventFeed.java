package io.reseal.daemon.feed;

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
import tools.jackson.databind.node.ObjectNode;

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
        tell(Event.Type.GUEST_CHANGED, guest.name(), Optional.empty(), Json.guest(guest));
    }

    @Override
    public void guestForgotten(GuestStatus last) {
        tell(Event.Type.GUEST_FORGOTTEN, last.name(), Optional.empty(), Json.guest(last));
    }

    @Override
    public void guestEnded(String guest, Action.Ended end) {
        tell(Event.Type.GUEST_ENDED, guest, Optional.empty(), Json.ended(guest, end));
    }

    @Override
    public void resetOpened(Reset reset) {
        tell(Event.Type.RESET_OPENED, reset.guest(), Optional.of(reset.id()), Json.reset(reset));
    }

    @Override
    public void evidenceFound(Reset reset, Evidence evidence) {
        tell(Event.Type.EVIDENCE, reset.guest(), Optional.of(reset.id()), Json.evidenceOf(reset, evidence));
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        tell(
                Event.Type.LEVEL_PROVEN,
                reset.guest(),
                Optional.of(reset.id()),
                Json.levelProven(reset, level, afterEvent));
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        tell(Event.Type.RESET_CLOSED, reset.guest(), Optional.of(reset.id()), Json.reset(reset));
    }

    @Override
    public void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        tell(Event.Type.LAUNCH_CHANGED, guest, reset, Json.launchChanged(guest, reset, changes));
    }

    @Override
    public void eventSeen(String guest, String event, String detail) {
        if (!LIFECYCLE.contains(event)) {
            return;
        }
        var payload = Json.object().put("guest", guest).put("event", event);
        if (!detail.isEmpty()) {
            payload.put("detail", detail);
        }
        tell(Event.Type.QMP_EVENT, guest, Optional.empty(), payload);
    }

    private void tell(Event.Type type, String guest, Optional<String> reset, ObjectNode payload) {
        var at = clock.instant();
        // written before the id is taken: whoever holds an id must not fail, or readers would wait for it for ever
        var json = Json.text(payload);
        ring.add(id -> new Event(id, at, type, guest, reset, json));
        subscriptions.forEach(Subscription::wake);
    }
}
