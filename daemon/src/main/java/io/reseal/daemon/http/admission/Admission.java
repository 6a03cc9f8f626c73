package io.reseal.daemon.http.admission;

import io.netty.channel.Channel;
import io.reseal.daemon.health.Descriptors;
import io.reseal.daemon.health.HttpCounts;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.message.Caller;

/** What the clients of one listening socket share. Confined to the event loop. */
public final class Admission {
    /**
     * For questions of health and metrics, besides the places of {@link Limits}. A flood from fewer addresses always loses its own: who has one
     * connection keeps it, however late it asks.
     */
    private static final int RESERVED = 128;

    /** Of those, where descriptors are short: what {@link Descriptors#KEPT} has room for on both sockets. */
    private static final int KEPT = 6;

    private static final int FAREWELLS = 64;
    private static final int KEPT_FAREWELLS = 2;

    private static final long MOST_UNREAD = 8L << 20;

    /** So many in all. */
    public record Limits(int connections, int streams, int requests) {
        public static final Limits DEFAULT = new Limits(1024, 64, 128);
    }

    final Places connections;
    final Places streams;
    final Places requests;
    final UnreadAnswers unread;
    /** Of health and metrics: other answers leave them their room. */
    final UnreadAnswers unreadEssential;

    private final ReservedPlaces reserved = new ReservedPlaces();
    private final ReservedPlaces farewells = new ReservedPlaces();
    final HttpCounts counts;
    final Descriptors descriptors;
    final HostNames hosts;

    public Admission(Limits limits, Load load, HostNames hosts) {
        this.connections = new Places(limits.connections(), share(limits.connections(), 4));
        this.streams = new Places(limits.streams(), share(limits.streams(), 2));
        this.requests = new Places(limits.requests(), share(limits.requests(), 4));
        this.counts = load.http();
        this.unread = new UnreadAnswers(MOST_UNREAD, counts);
        this.unreadEssential = new UnreadAnswers(MOST_UNREAD, counts);
        this.descriptors = load.descriptors();
        this.hosts = hosts;
    }

    private static int share(int all, int parts) {
        return Math.max(1, all / parts);
    }

    /** What a new connection may do; it ends with its channel. */
    public Visit admit(Channel channel, Caller caller) {
        var visit = Visit.begin(this, channel, caller);
        channel.closeFuture().addListener(_ -> visit.close());
        return visit;
    }

    /**
     * Whether it may ask for health and metrics.
     *
     * @param descriptor whether there are enough
     */
    boolean reserve(ReservedPlaces.Holder visit, boolean descriptor) {
        return reserved.take(visit, descriptor ? RESERVED : KEPT);
    }

    void free(ReservedPlaces.Holder visit) {
        reserved.free(visit);
    }

    /** Says to a client why there is no place, and ends its connection. */
    void refuse(Visit visit, Channel channel, boolean descriptor) {
        new Farewell(farewells, channel, visit.client(), visit.noConnection())
                .begin(descriptor ? FAREWELLS : KEPT_FAREWELLS);
    }
}
