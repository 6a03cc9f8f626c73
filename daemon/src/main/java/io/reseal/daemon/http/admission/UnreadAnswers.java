package io.reseal.daemon.http.admission;

import io.netty.channel.Channel;
import io.reseal.daemon.health.HttpCounts;
import io.reseal.daemon.health.HttpIncident;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of answers that clients have not taken yet. When there are too many, those who have not read for longest lose their
 * connection. Confined to the event loop.
 */
final class UnreadAnswers {
    /** A client that reads has taken its answer by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** The kernel's buffer takes it at once: no number of other answers keeps one of health out. */
    private static final int SMALL = 1 << 10;

    private record Unread(String client, int bytes, long since) {}

    private final long most;
    private final HttpCounts counts;
    private final Map<Channel, Unread> answers = new LinkedHashMap<>();
    private long sum;

    UnreadAnswers(long most, HttpCounts counts) {
        this.most = most;
        this.counts = counts;
    }

    /** Whether that many more fit; {@link #taken} gives them back. */
    boolean add(Channel channel, String client, int bytes) {
        if (bytes <= SMALL) {
            return true;
        }
        while (sum + bytes > most && drop(client, bytes)) {
            counts.count(HttpIncident.UNREAD_ANSWER);
        }
        // one answer is always possible, however large
        if (sum > 0 && sum + bytes > most) {
            return false;
        }
        answers.put(channel, new Unread(client, bytes, System.nanoTime()));
        sum += bytes;
        return true;
    }

    /** The answer is with its client, or its connection has ended. */
    void taken(Channel channel) {
        var answer = answers.remove(channel);
        sum -= answer == null ? 0 : answer.bytes();
    }

    /** One of a client that has more than this one would have, however new it is; else one that is not read for long. */
    private boolean drop(String client, int bytes) {
        var shares = new HashMap<String, Long>();
        answers.values().forEach(answer -> shares.merge(answer.client(), (long) answer.bytes(), Long::sum));
        long share = shares.getOrDefault(client, 0L) + bytes;
        var most = shares.entrySet().stream()
                .filter(other -> other.getValue() > share)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
        var loser = answers.entrySet().stream()
                .filter(each -> most.isPresent()
                        ? each.getValue().client().equals(most.get())
                        : System.nanoTime() - each.getValue().since() >= PATIENCE.toNanos())
                .map(Map.Entry::getKey)
                .findFirst();
        loser.ifPresent(channel -> {
            taken(channel);
            channel.close();
        });
        return loser.isPresent();
    }
}
