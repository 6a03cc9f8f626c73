package io.reseal.daemon.health;

/**
 * How the daemon fares.
 *
 * @param http what clients were refused
 * @param heartbeats what must go on
 */
public record Load(Descriptors descriptors, HttpCounts http, Heartbeats heartbeats) {
    /** Of a process without a limit of descriptors. */
    public static Load unlimited() {
        return new Load(Descriptors.unlimited(), new HttpCounts(), new Heartbeats());
    }
}
