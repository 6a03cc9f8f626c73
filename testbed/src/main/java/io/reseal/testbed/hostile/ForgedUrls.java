package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Addresses with line breaks, escapes and marks that turn text around, as they are and in percent: none may forge a line of the log. */
public final class ForgedUrls extends Attack {
    /** A line of the log that begins so was forged. */
    public static final String MARK = "FORGED-LINE";

    private static final int FROM = 70;
    private static final Duration STEP = Duration.ofMillis(50);
    private static final String[] PATHS = {
        "/v1/guests/%0d%0a" + MARK,
        "/v1/guests/%0a" + MARK + "%1b[31m",
        "/v1/resets/%E2%80%AE" + MARK,
        "/v1/guests/\u001b]0;owned\u0007" + MARK,
        "/v1/guests/a\r" + MARK
    };

    private final URI daemon;
    private int next;

    ForgedUrls(URI daemon) {
        super(Sight.of("forged addresses", "requests"));
        this.daemon = daemon;
    }

    @Override
    void strike() throws IOException, InterruptedException {
        try (var client = HostileClient.connect(daemon, FROM)) {
            client.send("GET " + PATHS[next++ % PATHS.length] + " HTTP/1.1\r\nHost: " + daemon.getAuthority()
                    + "\r\nConnection: close\r\n\r\n");
            if (client.readUntil("\r\n", 1).startsWith("HTTP/1.1 2")) {
                complain("an address with control characters was answered");
            }
            count(1);
        }
        Thread.sleep(STEP);
    }
}
