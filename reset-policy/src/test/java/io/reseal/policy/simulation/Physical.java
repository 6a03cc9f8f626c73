package io.reseal.policy.simulation;

import java.time.Instant;
import java.util.Optional;

/**
 * A reset of a simulated guest that took place, whatever anybody saw of it.
 *
 * @param ours the id of the reset whose command it answers
 * @param rebuilt a new KVM context was opened, and its launch was finished
 * @param failed the rebuild failed, or its launch was not finished
 */
record Physical(
        QemuModel qemu,
        int number,
        Instant at,
        By by,
        Optional<String> ours,
        boolean rebuilt,
        boolean failed,
        boolean ranBefore,
        LaunchModel.Sameness launch) {
    /** Who began it. */
    enum By {
        OURS,
        OTHERS,
        GUEST,
        /** The firmware, in answer to the reset before. */
        ECHO;

        boolean guest() {
            return this == GUEST || this == ECHO;
        }

        /** As QEMU tells it. */
        String reason() {
            return guest() ? "guest-reset" : "host-qmp-system-reset";
        }
    }

    Optional<Physical> before() {
        return number > 0 ? Optional.of(qemu.resets.get(number - 1)) : Optional.empty();
    }

    Optional<Physical> after() {
        return number + 1 < qemu.resets.size() ? Optional.of(qemu.resets.get(number + 1)) : Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "reset %d by %s at %s, rebuilt %s, failed %s, ran before %s, launch %s"
                .formatted(number, by, at, rebuilt, failed, ranBefore, launch);
    }
}
