package io.reseal.testbed.hostile;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Requests for another host, for two hosts, and for none: each must be refused. */
final class ForeignHosts extends Attack {
    private static final int FROM = 60;
    private static final Duration STEP = Duration.ofMillis(100);
    private static final String[] HOSTS = {"Host: evil.example\r\n", "Host: localhost\r\nHost: evil.example\r\n", ""};

    private final URI daemon;
    private int next;

    ForeignHosts(URI daemon) {
        super(Sight.of("foreign hosts", "requests", "reseal_http_incidents_total\\{what=\"host\"\\} .*"));
        this.daemon = daemon;
    }

    @Override
    void strike() throws IOException, InterruptedException {
        try (var client = HostileClient.connect(daemon, FROM)) {
            var host = HOSTS[next++ % HOSTS.length];
            client.send("GET /v1/guests HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
            var answer = client.readUntil("\r\n", 1);
            count(1);
            if (answer.startsWith("HTTP/1.1 2")) {
                complain("a request with the headers '" + host.strip() + "' was answered");
            }
        }
        Thread.sleep(STEP);
    }
}
