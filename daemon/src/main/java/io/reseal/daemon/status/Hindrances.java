package io.reseal.daemon.status;

import io.reseal.policy.Spelled;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps the discovery from finding or using sockets. Each is told once in the log, and again if it was away for
 * ten minutes. Safe for any thread. */
public final class Hindrances {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");
    private static final Duration AGAIN = Duration.ofMinutes(10);
    private static final int MOST_REMEMBERED = 1000;
    private static final int MOST_TOLD = 100;

    /** Why a socket that was found is not used. */
    public enum Unused implements Spelled {
        OWNER("owner"),
        LIMIT("limit");

        private final String text;

        Unused(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /**
     * One of them.
     *
     * @param about what it is about: the same is told once
     * @param text what it is, with its cure
     */
    public record Hindrance(String about, String text) {}

    private final Map<String, Long> toldAt = new LinkedHashMap<>();
    private final Map<String, Integer> unused = new ConcurrentHashMap<>();
    private volatile List<String> now = List.of();

    /** These are there now, and no others. */
    public synchronized void are(Collection<Hindrance> all) {
        var texts = new LinkedHashMap<String, String>();
        for (var each : all) {
            texts.putIfAbsent(each.about(), each.text());
        }
        now = texts.values().stream().limit(MOST_TOLD).toList();
        texts.forEach(this::tell);
        while (toldAt.size() > MOST_REMEMBERED) {
            toldAt.remove(toldAt.keySet().iterator().next());
        }
    }

    private void tell(String about, String text) {
        long time = System.nanoTime();
        var lastThere = toldAt.remove(about);
        if (lastThere == null || time - lastThere > AGAIN.toNanos()) {
            LOG.warn(text);
        }
        toldAt.put(about, time);
    }

    /** How many sockets are not used for that reason. */
    public void unused(Unused reason, int count) {
        unused.put(reason.text(), count);
    }

    public int unused(String reason) {
        return unused.getOrDefault(reason, 0);
    }

    /** One sentence for each. */
    public List<String> now() {
        return now;
    }
}
