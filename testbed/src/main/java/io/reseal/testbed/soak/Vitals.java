package io.reseal.testbed.soak;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ProcessFacts;
import io.reseal.testbed.process.ResealDaemon;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/** How the daemon fares, looked at each second, as a host's agent and Prometheus do: with a new connection each time. Safe for any thread. */
final class Vitals {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 20_000;

    private final ResealDaemon daemon;
    private final ProcessFacts process;
    private final Duration healthLimit;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private final List<Look> looks = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Double> highest = new HashMap<>();
    private double waited;

    /** One look. */
    record Look(double megabytes, int threads, int descriptors, int lines, double healthMillis) {}

    Vitals(ResealDaemon daemon, Duration healthLimit) {
        this.daemon = daemon;
        this.process = new ProcessFacts(daemon.pid());
        this.healthLimit = healthLimit;
        this.thread = Thread.ofPlatform().daemon().name("vitals").unstarted(this::run);
    }

    void begin() {
        thread.start();
    }

    void end() throws InterruptedException {
        end.countDown();
        thread.join();
    }

    /** What was wrong; after the end. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** After the end. */
    List<Look> looks() {
        return List.copyOf(looks);
    }

    /** The highest value of any series that matches; after the end. */
    double highest(Pattern series) {
        return highest.entrySet().stream()
                .filter(each -> series.matcher(each.getKey() + " ").matches())
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    /** The mean of a third of all looks, 0 to 2; after the end. */
    double mean(int third, ToDoubleFunction<Look> figure) {
        int size = looks.size();
        return looks.subList(size * third / 3, size * (third + 1) / 3).stream()
                .mapToDouble(figure)
                .average()
                .orElse(0);
    }

    double most(ToDoubleFunction<Look> figure) {
        return looks.stream().mapToDouble(figure).max().orElse(0);
    }

    /** How long the daemon's threads had no processor, in each second; after the end. */
    double waited() {
        return waited;
    }

    private void run() {
        try {
            var before = process.waitedForProcessor();
            long begun = System.nanoTime();
            while (!end.await(STEP.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
            waited = (double) process.waitedForProcessor().minus(before).toNanos() / (System.nanoTime() - begun);
        } catch (TestbedException gone) {
            faults.add(gone.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            long begun = System.nanoTime();
            var health = get("/healthz");
            double millis = (System.nanoTime() - begun) / 1e6;
            if (!health.startsWith("HTTP/1.1 200")) {
                faults.add("/healthz says: " + health.lines().toList());
            } else if (millis > healthLimit.toMillis()) {
                faults.add("/healthz took %.0f ms, at most %d are allowed".formatted(millis, healthLimit.toMillis()));
            }
            var metrics = get("/metrics");
            if (!metrics.startsWith("HTTP/1.1 200")) {
                faults.add("/metrics says: " + metrics.lines().toList());
            }
            metrics.lines().filter(line -> line.startsWith("reseal_")).forEach(this::take);
            looks.add(new Look(
                    process.residentMegabytes(),
                    process.threads(),
                    process.descriptors(),
                    daemon.output().size(),
                    millis));
        } catch (IOException | TestbedException failed) {
            faults.add("the daemon does not answer, or is gone: " + failed.getMessage());
        }
    }

    private void take(String line) {
        int blank = line.lastIndexOf(' ');
        highest.merge(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)), Math::max);
    }

    private String get(String what) throws IOException {
        var address = daemon.address();
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            var request = "GET " + what + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
