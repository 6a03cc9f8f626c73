package io.reseal.daemon.http.admission;

import io.netty.channel.Channel;
import io.reseal.daemon.health.Descriptors;
import io.reseal.daemon.health.HttpCounts;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.message.Caller;

/** What the clients of one listening socket share. Confined to the event loop. */
public final class Admission {
    /** Besides those of {@link Limits}. */
    public static final int RESERVED = 8;

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

    final ReservedPlaces reserved = new ReservedPlaces(RESERVED);
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
}
