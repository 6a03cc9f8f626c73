package io.reseal.daemon.http.admission;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.reseal.daemon.health.HttpIncident;
import io.reseal.daemon.http.admission.Places.Full;
import io.reseal.daemon.http.admission.Places.Place;
import io.reseal.daemon.http.message.Caller;
import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.http.message.Request;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection of a client, and the places that it has. Confined to the event loop. */
public final class Visit implements ReservedPlaces.Holder {
    /** Always answered: they tell whether the daemon is well. */
    private static final Set<String> ESSENTIAL = Set.of("/healthz", "/readyz", "/metrics");

    /** What may be asked on a connection. */
    public enum Standing {
        /** Everything. */
        FULL,
        /** One question for health or metrics, as all other places are taken. */
        ESSENTIAL_ONLY,
        /** Nothing: all places are taken. */
        REFUSED
    }

    private final Admission admission;
    private final Channel channel;
    private final Caller caller;
    private final Places.Outcome connection;
    private Standing standing = Standing.FULL;
    private boolean busy;
    private boolean sending;
    private boolean essential;
    private boolean closed;
    private boolean descriptor;
    private @Nullable Place request;
    private @Nullable Place stream;

    private Visit(Admission admission, Channel channel, Caller caller) {
        this.admission = admission;
        this.channel = channel;
        this.caller = caller;
        this.connection = admission.connections.take(caller.client());
    }

    static Visit begin(Admission admission, Channel channel, Caller caller) {
        var visit = new Visit(admission, channel, caller);
        visit.standing = visit.stand();
        return visit;
    }

    private Standing stand() {
        if (connection instanceof Place place) {
            if (takesDescriptor()) {
                return Standing.FULL;
            }
            place.close();
        }
        admission.counts.count(HttpIncident.NO_CONNECTION);
        return admission.reserve(this, takesDescriptor()) ? Standing.ESSENTIAL_ONLY : Standing.REFUSED;
    }

    private boolean takesDescriptor() {
        descriptor = admission.descriptors.takeClient(caller.admin());
        return descriptor;
    }

    public Standing standing() {
        return standing;
    }

    public Caller caller() {
        return caller;
    }

    /** A request came; the problem why it is not answered, if it is not. {@link #end} follows in any case. */
    public Optional<Problem> begin(HttpRequest asked) {
        busy = true;
        essential = ESSENTIAL.contains(Request.path(asked.uri()));
        var foreign = admission.hosts.problem(asked);
        if (foreign.isPresent()) {
            admission.counts.count(HttpIncident.HOST);
            return foreign;
        }
        if (essential) {
            return Optional.empty();
        }
        if (standing != Standing.FULL) {
            return Optional.of(noConnection());
        }
        return switch (admission.requests.take(caller.client())) {
            case Place place -> {
                request = place;
                yield Optional.empty();
            }
            case Full full -> Optional.of(refused(HttpIncident.NO_REQUEST, "requests", full));
        };
    }

    /** An event stream begins, if there is no problem. */
    public Optional<Problem> beginStream() {
        return switch (admission.streams.take(caller.client())) {
            case Place place -> {
                end();
                stream = place;
                yield Optional.empty();
            }
            case Full full -> Optional.of(refused(HttpIncident.NO_STREAM, "streams", full));
        };
    }

    /** An answer of so many bytes is about to be sent; a shorter one instead, if there is a problem. */
    public Optional<Problem> send(int bytes) {
        sending = true;
        if (unread().add(channel, caller.client(), bytes)) {
            return Optional.empty();
        }
        admission.counts.count(HttpIncident.NO_ANSWER);
        return Optional.of(Refusals.tooMuchUnread());
    }

    /** The request was answered, and the answer taken. */
    public void end() {
        busy = false;
        sending = false;
        unread().taken(channel);
        if (request != null) {
            request.close();
            request = null;
        }
    }

    private UnreadAnswers unread() {
        return essential ? admission.unreadEssential : admission.unread;
    }

    /** Tells that the client did not take what it was sent. */
    public void notRead() {
        admission.counts.count(stream != null ? HttpIncident.UNREAD_STREAM : HttpIncident.UNREAD_ANSWER);
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        end();
        if (stream != null) {
            stream.close();
        }
        admission.free(this);
        if (descriptor) {
            admission.descriptors.clientClosed(caller.admin());
        }
        if (connection instanceof Place place) {
            place.close();
        }
    }

    private Problem refused(HttpIncident why, String what, Full full) {
        admission.counts.count(why);
        return Refusals.tooMany(what, full);
    }

    /** Why everything but health and metrics is refused. */
    public Problem noConnection() {
        return connection instanceof Full full ? Refusals.tooManyConnections(full) : Refusals.noDescriptors();
    }

    @Override
    public String client() {
        return caller.client();
    }

    @Override
    public boolean isBusy() {
        return busy;
    }

    @Override
    public boolean isUnread() {
        return busy && sending;
    }

    @Override
    public void displaced() {
        if (isUnread()) {
            // words in the middle of an answer say nothing
            notRead();
            channel.close();
        } else {
            admission.counts.count(HttpIncident.DISPLACED);
            farewell();
        }
    }

    /** Says why, and closes. */
    public void farewell() {
        admission.refuse(this, channel, descriptor);
    }
}
