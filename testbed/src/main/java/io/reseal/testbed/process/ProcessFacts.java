package io.reseal.testbed.process;

import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the kernel tells of a process in {@code /proc}. */
public record ProcessFacts(long pid) {
    /** USER_HZ is 100 on every Linux that Reseal runs on. */
    private static final long MILLIS_PER_TICK = 10;

    /** Fields 14 and 15 of proc_pid_stat(5), counted from after the name, which may contain anything. */
    private static final int USER_TIME = 11;

    private static final double KIB_PER_MB = 1024;

    /** In MB of 2^20 bytes. */
    public double residentMegabytes() {
        return read("status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB_PER_MB)
                .findFirst()
                .orElseThrow(() -> new TestbedException("the kernel tells no VmRSS of process " + pid));
    }

    /** User and system time of all its threads so far. */
    public Duration cpuTime() {
        var stat = read("stat");
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Duration.ofMillis(
                (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1])) * MILLIS_PER_TICK);
    }

    /** How much of a core it takes for so long. */
    public double cpuPercent(Duration span) throws InterruptedException {
        var before = cpuTime();
        long since = System.nanoTime();
        Thread.sleep(span);
        return 100.0 * cpuTime().minus(before).toNanos() / (System.nanoTime() - since);
    }

    /** All that it has read by system calls, files above all, in MB of 2^20 bytes; see proc_pid_io(5). */
    public double readMegabytes() {
        return read("io")
                .lines()
                .filter(line -> line.startsWith("rchar:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / (KIB_PER_MB * KIB_PER_MB))
                .findFirst()
                .orElseThrow(() -> new TestbedException("the kernel tells no rchar of process " + pid));
    }

    /** How long its present threads have been able to run and had no processor, all together. See sched-stats of the kernel's documentation. */
    public Duration waitedForProcessor() {
        try (var threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            return Duration.ofNanos(threads.mapToLong(ProcessFacts::waited).sum());
        } catch (IOException gone) {
            throw new TestbedException("process " + pid + " is gone: " + gone.getMessage());
        }
    }

    private static long waited(Path thread) {
        try {
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[1]);
        } catch (IOException ended) {
            return 0;
        }
    }

    /** How many threads it has. */
    public int threads() {
        return count("task");
    }

    /** How many files it has open. */
    public int descriptors() {
        return count("fd");
    }

    private int count(String folder) {
        var names = Path.of("/proc", String.valueOf(pid), folder).toFile().list();
        if (names == null) {
            throw new TestbedException("process " + pid + " is gone, or is not ours");
        }
        return names.length;
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (IOException gone) {
            throw new TestbedException("process " + pid + " is gone: " + gone.getMessage());
        }
    }
}
