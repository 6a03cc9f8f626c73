package io.reseal.daemon.http.admission;

import java.util.HashMap;
import java.util.Map;

/** Places that clients share. Safe for any thread. */
public final class Places {
    /** What a client that wants a place gets. */
    public sealed interface Outcome {}

    /**
     * There is none.
     *
     * @param yours whether it is the client that has all it may have
     * @param limit that was reached
     */
    public record Full(boolean yours, int limit) implements Outcome {}

    private final int inAll;
    private final int perClient;
    private final Map<String, Integer> taken = new HashMap<>();
    private int sum;

    /** So many in all, of which one client may have so many. */
    public Places(int inAll, int perClient) {
        this.inAll = inAll;
        this.perClient = perClient;
    }

    /** One more place for that client. */
    public synchronized Outcome take(String client) {
        if (taken.getOrDefault(client, 0) >= perClient) {
            return new Full(true, perClient);
        }
        if (sum >= inAll) {
            return new Full(false, inAll);
        }
        sum++;
        taken.merge(client, 1, Integer::sum);
        return new Place(client);
    }

    public synchronized int taken() {
        return sum;
    }

    private synchronized void free(String client) {
        sum--;
        // nothing is kept of a client that has left
        taken.computeIfPresent(client, (_, places) -> places > 1 ? places - 1 : null);
    }

    /** A place until it is closed. Confined to the thread of its holder. */
    public final class Place implements Outcome, AutoCloseable {
        private final String client;
        private boolean left;

        private Place(String client) {
            this.client = client;
        }

        @Override
        public void close() {
            if (!left) {
                left = true;
                free(client);
            }
        }
    }
}
