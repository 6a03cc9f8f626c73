package io.reseal.daemon.http.routes;

import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.guest.Guests;
import io.reseal.daemon.health.Load;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the HTTP interface shows.
 *
 * @param metrics the exposition text of all meters; called on a thread that may take long
 * @param notReady why the daemon is not ready to serve, in one sentence; empty when it is
 * @param hindrances what keeps guests from being found, one sentence each
 * @param load whether the daemon goes on, and what its clients share
 */
public record ApiServices(
        Guests guests,
        EventFeed feed,
        Supplier<String> metrics,
        Supplier<Optional<String>> notReady,
        Supplier<List<String>> hindrances,
        Load load) {}
