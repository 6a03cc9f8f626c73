package io.reseal.daemon.http.admission;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.http.admission.Places.Full;
import io.reseal.daemon.http.message.Problem;

/** What a client is told that is not given a place. */
final class Refusals {
    static Problem tooManyConnections(Full full) {
        return Problem.of(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "too-many-connections",
                "Too many connections",
                (full.yours()
                                ? "this client has all the connections that one may have, which are "
                                : "all connections of this socket are taken, which are ")
                        + full.limit()
                        + ": close idle ones and try again; only /healthz, /readyz and /metrics are answered besides them");
    }

    static Problem noDescriptors() {
        return Problem.of(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "too-many-connections",
                "Too many connections",
                "the daemon's limit of open files (RLIMIT_NOFILE) leaves no room for another connection: raise it, or close"
                        + " idle ones and try again; only /healthz, /readyz and /metrics are answered besides them");
    }

    /** @param what the places, such as {@code streams} */
    static Problem tooMany(String what, Full full) {
        return Problem.of(
                full.yours() ? HttpResponseStatus.TOO_MANY_REQUESTS : HttpResponseStatus.SERVICE_UNAVAILABLE,
                "too-many-" + what,
                "Too many " + what,
                full.yours()
                        ? "this client has the " + full.limit() + " " + what
                                + " at a time that one may have: close some and try again, or raise http.limits." + what
                        : "all " + full.limit() + " " + what
                                + " that there may be at a time are taken: try again later, or raise http.limits."
                                + what);
    }

    static Problem tooMuchUnread() {
        return Problem.of(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "answers-not-read",
                "Too many answers are not read",
                "answers to other requests fill the room that they may have, as their clients do not read them: try again");
    }

    private Refusals() {}
}
