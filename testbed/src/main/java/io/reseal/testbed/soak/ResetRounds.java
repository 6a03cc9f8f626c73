package io.reseal.testbed.soak;

import static io.reseal.testbed.JsonLines.JSON;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.AdminSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Resets each good guest again and again, at a steady rate, and looks at the end of each reset. Safe for any thread. */
final class ResetRounds {
    /** Between two resets of one guest. */
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private static final String WAIT = "?wait=60s";

    private final List<GoodGuest> guests;
    private final AdminSocket admin;
    private final Duration limit;
    private final List<Double> millis = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private int proven;

    /**
     * How they went.
     *
     * @param millis from before the request to the verdict, in ascending order
     * @param faults those that were not proven, or not in time
     */
    record Outcome(int proven, List<Double> millis, List<String> faults) {
        double percentile(int percent) {
            return millis.isEmpty() ? 0 : millis.get(Math.min(millis.size() - 1, millis.size() * percent / 100));
        }
    }

    ResetRounds(List<GoodGuest> guests, AdminSocket admin, Duration limit) {
        this.guests = guests;
        this.admin = admin;
        this.limit = limit;
    }

    void begin() {
        for (int i = 0; i < guests.size(); i++) {
            var guest = guests.get(i);
            var first = PERIOD.multipliedBy(i).dividedBy(guests.size());
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("resets of " + guest.name())
                    .start(() -> rounds(guest, first)));
        }
    }

    /** Each reset that has begun is waited for. */
    Outcome end() throws InterruptedException {
        end.countDown();
        for (var thread : threads) {
            thread.join();
        }
        synchronized (millis) {
            return new Outcome(proven, millis.stream().sorted().toList(), List.copyOf(faults));
        }
    }

    private void rounds(GoodGuest guest, Duration first) {
        try {
            long next = System.nanoTime() + first.toNanos();
            while (!end.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                reset(guest);
                next = Math.max(next + PERIOD.toNanos(), System.nanoTime());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void reset(GoodGuest guest) {
        try {
            guest.work();
            long begun = System.nanoTime();
            var id = JSON.readTree(admin.requestReset(guest.name())).path("id").asString("");
            var reset = JSON.readTree(admin.get("/v1/resets/" + id + WAIT));
            take(guest, reset, (System.nanoTime() - begun) / 1e6);
        } catch (TestbedException failed) {
            note(guest.name() + ": " + failed.getMessage());
        }
    }

    private void take(GoodGuest guest, JsonNode reset, double took) {
        var verdict = reset.path("verdict").asString("none");
        var level = reset.path("level").asString("none");
        synchronized (millis) {
            millis.add(took);
            if (verdict.equals("proven") && level.equals("rebuilt")) {
                proven++;
            }
        }
        if (!verdict.equals("proven") || !level.equals("rebuilt")) {
            note("%s: reset %s is %s up to %s: %s"
                    .formatted(
                            guest.name(),
                            reset.path("id").asString(""),
                            verdict,
                            level,
                            reset.path("summary").asString("")));
        } else if (took > limit.toMillis()) {
            note("%s: reset %s took %.0f ms, at most %d are allowed"
                    .formatted(guest.name(), reset.path("id").asString(""), took, limit.toMillis()));
        }
    }

    private void note(String fault) {
        synchronized (millis) {
            faults.add(fault);
        }
    }
}
