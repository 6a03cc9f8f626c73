package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.status.GuestName;
import io.reseal.testbed.AwaitableList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/** What a listener was told, in order; told on the thread of the discovery, read on that of a test. */
public final class RecordedScope implements Discovery.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NOTHING = "nothing for 10 s";

    private final AwaitableList<String> lines = new AwaitableList<>();
    private final List<GuestName> found = new ArrayList<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    /** Of guests. */
    volatile int limit = Integer.MAX_VALUE;

    /** Why guests were let go of. */
    final List<Discovery.Removal> reasons = new CopyOnWriteArrayList<>();

    private final LinkedBlockingQueue<Boolean> failures = new LinkedBlockingQueue<>();

    @Override
    public boolean admits(GuestName guest) {
        return watched.size() < limit;
    }

    @Override
    public void found(GuestName guest) {
        if (failures.poll() != null) {
            lines.add("failed");
            throw new IllegalStateException("a listener with a fault");
        }
        synchronized (found) {
            found.add(guest);
        }
        watched.add(guest.name());
        lines.add("found " + guest.name());
    }

    @Override
    public void recreated(GuestName named) {
        lines.add("recreated " + named.name());
    }

    @Override
    public void gone(GuestName guest) {
        lines.add("gone " + guest.name());
    }

    @Override
    public void removed(GuestName guest, Discovery.Removal why) {
        watched.remove(guest.name());
        reasons.add(why);
        lines.add("removed " + guest.name());
    }

    @Override
    public boolean forgotten(GuestName guest) {
        return !watched.contains(guest.name());
    }

    void forgetAll() {
        watched.clear();
    }

    void failNext() {
        failures.add(true);
    }

    int failuresLeft() {
        return failures.size();
    }

    public GuestName guest(String name) {
        synchronized (found) {
            return found.stream()
                    .filter(guest -> guest.name().equals(name))
                    .reduce((_, last) -> last)
                    .orElseThrow();
        }
    }

    public RecordedScope next(String expected) {
        assertThat(take()).isEqualTo(expected);
        return this;
    }

    /** The next guest that is found. */
    public String found() {
        var line = take();
        assertThat(line).startsWith("found ");
        return line;
    }

    /** What was found, by path. */
    Map<Path, String> names() {
        synchronized (found) {
            return found.stream().collect(Collectors.toMap(GuestName::socket, GuestName::name, (_, last) -> last));
        }
    }

    /** Whatever is told next. */
    String line() {
        return take();
    }

    void skipTo(String expected) {
        var line = take();
        while (!line.equals(expected)) {
            assertThat(line).isNotEqualTo(NOTHING);
            line = take();
        }
    }

    private String take() {
        return lines.awaitNext(_ -> true, PATIENCE).orElse(NOTHING);
    }

    boolean nothingMore() {
        return lines.awaitNext(_ -> true, Duration.ZERO).isEmpty();
    }
}
