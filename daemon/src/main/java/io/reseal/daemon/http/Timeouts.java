package io.reseal.daemon.http;

import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param receive from the first byte of a request to its last
 * @param idle between requests
 * @param send to take an answer
 * @param heartbeat between comment lines of an event stream; a stream whose client took nothing for two of them is dropped
 */
record Timeouts(Duration receive, Duration idle, Duration send, Duration heartbeat) {
    static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(15));

    private static final Duration SHORT = Duration.ofSeconds(2);

    /** Of a connection on which only health and metrics may be asked. */
    Timeouts essential() {
        return new Timeouts(shorter(receive), shorter(idle), shorter(send), heartbeat);
    }

    private static Duration shorter(Duration usual) {
        return usual.compareTo(SHORT) < 0 ? usual : SHORT;
    }
}
