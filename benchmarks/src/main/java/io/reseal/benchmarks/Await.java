package io.reseal.benchmarks;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ResealDaemon;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Waits for a daemon to watch its guests. */
final class Await {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Waits until so many guests are watched, and tells since when the last one is. */
    static Instant watched(ResealDaemon daemon, int count, Duration step) throws InterruptedException {
        for (var deadline = Instant.now().plus(PATIENCE); Instant.now().isBefore(deadline); Thread.sleep(step)) {
            var since = since(daemon.json("/v1/guests").path("guests"));
            if (since.size() == count) {
                return since.stream().max(Instant::compareTo).orElseThrow();
            }
        }
        throw new TestbedException(
                "not all of " + count + " guests were watched within " + PATIENCE.toSeconds() + " s");
    }

    private static List<Instant> since(JsonNode guests) {
        return guests.valueStream()
                .filter(guest -> guest.path("state").asString("").equals("watching"))
                .map(guest -> Instant.parse(guest.path("since").asString()))
                .toList();
    }

    private Await() {}
}
