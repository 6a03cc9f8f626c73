package io.reseal.policy.machine;

import io.reseal.policy.state.Echo;
import java.time.Duration;

/** Time in which a guest runs undisturbed. */
public final class PassingTime {
    /** It is looked whether QEMU answers as often as the core wants, and it does; the guest runs. */
    public static GuestScenario ranFor(GuestScenario story, Duration time) {
        var left = time;
        while (left.compareTo(Echo.LOOK) > 0) {
            story.after(Echo.LOOK).tick().runState("running");
            left = left.minus(Echo.LOOK);
        }
        return story.after(left).tick().runState("running");
    }

    private PassingTime() {}
}
