package io.reseal.daemon.http.admission;

import io.netty.channel.Channel;
import io.reseal.daemon.health.HttpCounts;
import io.reseal.daemon.health.HttpIncident;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of answers that clients have not taken yet. When there are too many, those who have not read for longest lose their
 * connection. Confined to the event loop.
 */
final class UnreadAnswers {
    /** A client that reads has taken its answer by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private record Unread(int bytes, long since) {}

    private final long most;
    private final HttpCounts counts;
    private final Map<Channel, Unread> answers = new LinkedHashMap<>();
    private long sum;

    UnreadAnswers(long most, HttpCounts counts) {
        this.most = most;
        this.counts = counts;
    }

    /** Whether that many more fit; {@link #taken} gives them back. */
    boolean add(Channel channel, int bytes) {
        while (sum + bytes > most && dropOldest()) {
            counts.count(HttpIncident.UNREAD_ANSWER);
        }
        // one answer is always possible, however large
        if (sum > 0 && sum + bytes > most) {
            return false;
        }
        answers.put(channel, new Unread(bytes, System.nanoTime()));
        sum += bytes;
        return true;
    }

    /** The answer is with its client, or its connection has ended. */
    void taken(Channel channel) {
        var answer = answers.remove(channel);
        sum -= answer == null ? 0 : answer.bytes();
    }

    private boolean dropOldest() {
        var oldest = answers.entrySet().stream().findFirst();
        if (oldest.isEmpty() || System.nanoTime() - oldest.get().getValue().since() < PATIENCE.toNanos()) {
            return false;
        }
        var channel = oldest.get().getKey();
        taken(channel);
        channel.close();
        return true;
    }
}
