package io.reseal.daemon.http;

import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param receive from the first byte of a request to its last
 * @param idle between requests
 * @param send to take an answer
 * @param heartbeat between comment lines of an event stream; a stream whose client read nothing for that long is dropped
 */
record Timeouts(Duration receive, Duration idle, Duration send, Duration heartbeat) {
    static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(15));
}
