package io.reseal.testbed.qemu;

import io.reseal.testbed.TestbedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** The way in: {@code Qemu.guest().rebuildOnReset().start()}. */
public final class Qemu {

    /** A guest that boots the tiny guest in milliseconds; change what should be different, then start it. */
    public static QemuGuestBuilder guest() {
        return new QemuGuestBuilder();
    }

    /** A QEMU without a machine: nothing boots, but its monitor is real and it takes 12 MB. */
    public static QemuGuestBuilder machineNone() {
        return new QemuGuestBuilder().machineNone();
    }

    /** Starts guests 0 to count-1, so many at once; all of them or, when one fails, none. */
    public static List<QemuGuest> startAll(int count, int atOnce, IntFunction<QemuGuestBuilder> recipe) {
        var starts = new ArrayList<Future<QemuGuest>>();
        // platform threads: virtual ones that wait for a class initializer hold their carriers, of which there may be
        // two
        try (var threads = Executors.newFixedThreadPool(Math.min(count, atOnce))) {
            for (int i = 0; i < count; i++) {
                int number = i;
                starts.add(threads.submit(() -> recipe.apply(number).start()));
            }
        }
        return allOrNone(starts);
    }

    private static List<QemuGuest> allOrNone(List<Future<QemuGuest>> starts) {
        var guests = new ArrayList<QemuGuest>();
        TestbedException failure = null;
        for (var start : starts) {
            try {
                guests.add(start.get());
            } catch (ExecutionException failed) {
                failure = failed.getCause() instanceof TestbedException known
                        ? known
                        : new TestbedException("a guest was not started: " + failed.getCause(), failed);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                failure = new TestbedException("interrupted while starting guests");
            }
        }
        if (failure != null) {
            guests.forEach(QemuGuest::close);
            throw failure;
        }
        return List.copyOf(guests);
    }

    private Qemu() {}
}
