package io.reseal.daemon.work;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** All pools for what may block, one for each purpose. Safe for any thread. */
public final class Pools implements BlockingWork, AutoCloseable {
    private static final int MOST_BLOCKED = 64;
    private static final long WATCH_MILLIS = 500;

    private final BlockingPool processes = new BlockingPool("processes", 4, MOST_BLOCKED);
    private final BlockingPool files = new BlockingPool("files", 4, MOST_BLOCKED);
    private final BlockingPool digests = new BlockingPool("digests", 1, MOST_BLOCKED);
    private final BlockingPool connects = new BlockingPool("connects", 2, MOST_BLOCKED);
    private final BlockingPool discovery = new BlockingPool("discovery", 2, MOST_BLOCKED);
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("watch").daemon().factory());

    public Pools() {
        watch.scheduleWithFixedDelay(
                () -> all().forEach(BlockingPool::watch), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public Executor processes(Subject subject) {
        return processes.on(subject);
    }

    @Override
    public Executor files(Subject subject) {
        return files.on(subject);
    }

    /** Works out what a launch is measured as: it reads a file, and computes for long. */
    public BlockingPool digests() {
        return digests;
    }

    /** Connects to sockets by their path. */
    public BlockingPool connects() {
        return connects;
    }

    /** Reads directories of sockets. */
    public BlockingPool discovery() {
        return discovery;
    }

    public List<BlockingPool> all() {
        return List.of(processes, files, digests, connects, discovery);
    }

    /** What is blocked in any pool. */
    public List<Hang> hangs() {
        return all().stream().flatMap(pool -> pool.hangs().stream()).toList();
    }

    @Override
    public void close() {
        watch.shutdownNow();
        all().forEach(BlockingPool::close);
    }
}
