package io.reseal.qmp;

import java.time.Duration;

/**
 * When to ask a silent monitor, when to call it mute, when to give it up. Time is an argument. Confined to the event
 * loop.
 */
final class Liveness {
    private final long interval;
    private final long giveUpAfter;
    private long lastHeard;
    private long muteSince = LazyTimer.NEVER;

    Liveness(Heartbeat heartbeat, long now) {
        this.interval = heartbeat.isOn() ? heartbeat.interval().toNanos() : LazyTimer.NEVER;
        this.giveUpAfter = heartbeat.giveUpAfter().toNanos();
        this.lastHeard = now;
    }

    /** True if this ends a mute period. */
    boolean heard(long now) {
        lastHeard = now;
        boolean wasMute = isMute();
        muteSince = LazyTimer.NEVER;
        return wasMute;
    }

    /** A command sent then got no reply in time. True if nothing else came either, so that a mute period begins. */
    boolean unanswered(long sentAt, long now) {
        if (isMute() || lastHeard > sentAt) {
            return false;
        }
        muteSince = now;
        return true;
    }

    boolean isMute() {
        return muteSince != LazyTimer.NEVER;
    }

    boolean isHopeless(long now) {
        return isMute() && now - muteSince >= giveUpAfter;
    }

    /** One unanswered question is enough: while the monitor is mute no further one is sent. */
    boolean isDoubtful(long now) {
        return !isMute() && now - lastHeard >= interval;
    }

    Duration silence(long now) {
        return Duration.ofNanos(now - lastHeard);
    }

    /** When to look again, if nothing is heard until then and no command is in flight. */
    long nextDue() {
        if (isMute()) {
            return muteSince + giveUpAfter;
        }
        return interval == LazyTimer.NEVER ? LazyTimer.NEVER : lastHeard + interval;
    }
}
