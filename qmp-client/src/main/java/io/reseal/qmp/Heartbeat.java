package io.reseal.qmp;

import java.time.Duration;

/**
 * When a silent monitor is asked whether it still answers. A monitor can go mute without closing: QEMU is stopped, or
 * its monitor object was deleted (QEMU 11.1). Silence says nothing about the guest.
 *
 * @param interval how long an idle connection may be silent before it is asked; zero switches the heartbeat off
 * @param deadline how long the answer may take before {@link QmpListener#onMute} is called
 * @param giveUpAfter how long a mute connection is kept before it is closed
 */
public record Heartbeat(Duration interval, Duration deadline, Duration giveUpAfter) {
    /** Refuses times that make no sense. */
    public Heartbeat {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("the heartbeat interval must not be negative but is " + interval
                    + "; take zero to switch the heartbeat off");
        }
        QmpSettings.requirePositive("heartbeat deadline", deadline);
        QmpSettings.requirePositive("heartbeat give-up time", giveUpAfter);
    }

    /** Asks after 5 s of silence, waits 5 s for the answer, and gives up after 60 s. */
    public static Heartbeat standard() {
        return new Heartbeat(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(60));
    }

    /** Never asks. */
    public static Heartbeat off() {
        return new Heartbeat(Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(60));
    }

    boolean isOn() {
        return interval.isPositive();
    }
}
