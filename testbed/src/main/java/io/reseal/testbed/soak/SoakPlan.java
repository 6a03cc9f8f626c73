package io.reseal.testbed.soak;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What is done, and what must hold.
 *
 * @param launcher the file {@code reseal}
 * @param guests how many good guests there are
 */
public record SoakPlan(Path launcher, Duration length, int guests, Limits limits) {
    /**
     * What must hold of the daemon.
     *
     * @param reset from before a request to its verdict
     * @param health from before the connection to the answer of {@code /healthz}
     * @param megabytes the most that may be resident
     * @param growth of memory, threads and descriptors from the first third to the last, 1.2 for a fifth
     */
    public record Limits(Duration reset, Duration health, int megabytes, double growth) {
        /** On a machine that has nothing else to do. */
        public static Limits strict() {
            return new Limits(Duration.ofSeconds(2), Duration.ofSeconds(1), 300, 1.2);
        }

        /** What does not depend on the speed of the machine. */
        public static Limits withoutSpeed() {
            return new Limits(Duration.ofSeconds(30), Duration.ofSeconds(15), 300, 1.5);
        }
    }
}
