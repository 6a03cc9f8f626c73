package io.reseal.benchmarks;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.AdminSocket;
import io.reseal.testbed.process.ResealDaemon;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Asks a daemon for resets and follows them to their ends, several at a time if need be. Confined to one thread. */
final class Resets {
    private static final double NANOS_PER_MILLI = 1e6;

    private final AdminSocket admin;
    private final BlockingQueue<JsonNode> events;
    private final Duration patience;
    private final Map<String, Instant> asked = new HashMap<>();
    private final Map<String, Proof> proven = new HashMap<>();
    private final Map<String, End> ended = new HashMap<>();

    /** Milliseconds until {@code rebuilt} was proven: from before the request, and from QEMU's RESET event. */
    record Proof(double fromRequest, double fromEvent) {}

    /**
     * How a reset ended.
     *
     * @param proof empty when the guest was not shown to be rebuilt
     */
    record End(String guest, Optional<Proof> proof, String summary) {
        Proof required() {
            return proof.orElseThrow(
                    () -> new TestbedException("the reset of " + guest + " was not shown to be a rebuild: " + summary));
        }
    }

    /** @param patience how long nothing at all may happen */
    Resets(ResealDaemon daemon, Duration patience) {
        this.admin = new AdminSocket(daemon.adminSocket());
        this.events = daemon.events();
        this.patience = patience;
    }

    Proof reset(String guest) throws InterruptedException {
        begin(guest);
        return end(guest).required();
    }

    void begin(String guest) {
        asked.put(guest, Instant.now());
        admin.requestReset(guest);
    }

    /** Waits for the end of what was begun. */
    End end(String guest) throws InterruptedException {
        while (true) {
            var end = ended.remove(guest);
            if (end != null) {
                return end;
            }
            var event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new TestbedException(
                        "the reset of " + guest + " has no end after " + patience.toSeconds() + " s");
            }
            take(event);
        }
    }

    /** Whether a reset that was begun goes on. */
    boolean goesOn(String guest) {
        for (var event = events.poll(); event != null; event = events.poll()) {
            take(event);
        }
        return !ended.containsKey(guest);
    }

    private void take(JsonNode event) {
        var guest = event.path("guest").asString("");
        var payload = event.path("payload");
        switch (event.path("type").asString("")) {
            case "level-proven" -> {
                if (payload.path("level").asString("").equals("rebuilt")) {
                    proven.put(guest, proof(guest, event));
                }
            }
            case "reset-closed" ->
                ended.put(guest, new End(guest, Optional.ofNullable(proven.remove(guest)), summary(payload)));
            default -> {}
        }
    }

    private static String summary(JsonNode reset) {
        var counters = reset.path("evidence")
                .valueStream()
                .filter(each -> each.path("kind").asString("").equals("counters"))
                .map(each -> "; " + each.path("detail").asString(""))
                .collect(Collectors.joining());
        return reset.path("summary").asString("") + counters;
    }

    /** The daemon tells of it at once, by the clock that is ours too. */
    private Proof proof(String guest, JsonNode event) {
        var since = asked.get(guest);
        if (since == null) {
            throw new TestbedException(guest + " was reset, and nobody here has asked for it");
        }
        var told = Instant.parse(event.path("at").asString());
        return new Proof(
                Duration.between(since, told).toNanos() / NANOS_PER_MILLI,
                event.path("payload").path("seconds").asDouble() * 1e3);
    }
}
