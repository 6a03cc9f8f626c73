package io.reseal.benchmarks;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.AdminSocket;
import io.reseal.testbed.process.ResealDaemon;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/** Resets many guests at once, as many clients would ask for it. For one thread. */
final class ResetWave {
    private static final int CLIENTS = 32;
    private static final Duration STEP = Duration.ofMillis(200);
    private static final double NANOS = 1e9;

    private final ResealDaemon daemon;
    private final Duration patience;

    /**
     * How it ended.
     *
     * @param seconds from before the first request until the last guest was shown to be rebuilt
     * @param proofs milliseconds from the RESET event until that was shown, for each guest
     * @param unproven how many guests were not shown to be rebuilt
     */
    record Outcome(double seconds, List<Double> proofs, int unproven) {}

    ResetWave(ResealDaemon daemon, Duration patience) {
        this.daemon = daemon;
        this.patience = patience;
    }

    Outcome reset(List<String> guests) throws InterruptedException {
        var admin = new AdminSocket(daemon.adminSocket());
        var begun = Instant.now();
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var asked = new ArrayList<Future<?>>();
            guests.forEach(guest -> asked.add(clients.submit(() -> admin.requestReset(guest))));
            for (var each : asked) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw new TestbedException("a reset was not begun: " + failed.getCause(), failed);
        }
        return outcome(begun, closed(guests.size()));
    }

    private List<JsonNode> closed(int count) throws InterruptedException {
        var deadline = Instant.now().plus(patience);
        while (true) {
            var resets = daemon.json("/v1/resets?limit=" + count)
                    .path("resets")
                    .valueStream()
                    .filter(reset -> reset.path("origin").asString("").equals("operator"))
                    .toList();
            if (resets.size() >= count
                    && resets.stream()
                            .allMatch(reset -> reset.path("state").asString("").equals("closed"))) {
                return resets;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new TestbedException("of " + count + " resets not all were closed within " + patience.toSeconds()
                        + " s: " + resets.size() + " are known");
            }
            Thread.sleep(STEP);
        }
    }

    private static Outcome outcome(Instant begun, List<JsonNode> resets) {
        var proofs = new ArrayList<Double>();
        var last = begun;
        for (var reset : resets) {
            var rebuilt = Instant.MAX;
            for (var found : reset.path("evidence")) {
                if (found.path("level").asString("").equals("rebuilt")
                        && found.path("outcome").asString("").equals("supports")) {
                    var at = Instant.parse(found.path("at").asString());
                    rebuilt = at.isBefore(rebuilt) ? at : rebuilt;
                }
            }
            if (!rebuilt.equals(Instant.MAX)) {
                var observed = Instant.parse(reset.path("observedAt").asString());
                proofs.add(Duration.between(observed, rebuilt).toNanos() / NANOS * 1e3);
                last = rebuilt.isAfter(last) ? rebuilt : last;
            }
        }
        return new Outcome(Duration.between(begun, last).toNanos() / NANOS, proofs, resets.size() - proofs.size());
    }
}
