package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Many requests in one write: each is answered, or refused in words and the connection is closed. */
final class PipelinedRequests extends Attack {
    private static final int AT_ONCE = 200;
    private static final int FROM = 50;
    private static final Duration STEP = Duration.ofMillis(200);
    private static final String STATUS = "HTTP/1.1 ";

    private final URI daemon;

    PipelinedRequests(URI daemon) {
        super(Sight.of("pipelined requests", "answers"));
        this.daemon = daemon;
    }

    @Override
    void strike() throws IOException, InterruptedException {
        try (var client = HostileClient.connect(daemon, FROM)) {
            client.send(
                    ("GET /v1/guests/none HTTP/1.1\r\nHost: " + daemon.getAuthority() + "\r\n\r\n").repeat(AT_ONCE));
            var answers = client.readUntil(STATUS, AT_ONCE);
            int came = HostileClient.occurrences(answers, STATUS);
            count(came);
            if (came < AT_ONCE && !answers.contains("HTTP/1.1 503") && !answers.contains("HTTP/1.1 429")) {
                complain("of " + AT_ONCE + " pipelined requests " + came + " were answered, and none refused");
            }
        }
        Thread.sleep(STEP);
    }
}
