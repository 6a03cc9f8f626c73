package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Clients that open connections, say this on each, never read, and close them only to open others. */
final class HeldConnections extends Attack {
    private static final int SMALL_WINDOW = 2048;
    private static final int ADDRESSES = 8;
    private static final Duration STEP = Duration.ofMillis(10);

    private final URI daemon;
    private final Plan plan;
    private final Deque<HostileClient> held = new ArrayDeque<>();
    private int next;

    /**
     * What they do.
     *
     * @param most how many are held at once
     * @param from the first of their addresses
     */
    private record Plan(String words, int most, int from) {}

    private HeldConnections(Sight sight, URI daemon, Plan plan) {
        super(sight);
        this.daemon = daemon;
        this.plan = plan;
    }

    static Attack streams(URI daemon) {
        return new HeldConnections(
                Sight.of(
                        "event streams that are never read",
                        "streams",
                        "reseal_http_incidents_total\\{what=\"streams\"\\} .*"),
                daemon,
                new Plan(get(daemon, "/v1/events"), 200, 10));
    }

    static Attack idle(URI daemon) {
        return new HeldConnections(
                Sight.of(
                        "1,200 connections", "connections", "reseal_http_incidents_total\\{what=\"connections\"\\} .*"),
                daemon,
                new Plan("", 1_200, 20));
    }

    static Attack unread(URI daemon) {
        return new HeldConnections(
                Sight.of("answers that are never read", "connections"),
                daemon,
                new Plan(get(daemon, "/metrics").repeat(20), 100, 30));
    }

    private static String get(URI daemon, String what) {
        return "GET " + what + " HTTP/1.1\r\nHost: " + daemon.getAuthority() + "\r\n\r\n";
    }

    @Override
    void strike() throws IOException, InterruptedException {
        if (held.size() >= plan.most()) {
            held.removeFirst().close();
        }
        var client = HostileClient.connect(daemon, plan.from() + next++ % ADDRESSES, SMALL_WINDOW);
        held.addLast(client);
        client.send(plan.words());
        count(1);
        Thread.sleep(STEP);
    }

    @Override
    void release() {
        // the thread has been told to end, and may be in the middle of a step: what it opens last ends with the JVM
        for (var client = held.pollFirst(); client != null; client = held.pollFirst()) {
            try {
                client.close();
            } catch (IOException _) {
                // closed is closed
            }
        }
    }
}
