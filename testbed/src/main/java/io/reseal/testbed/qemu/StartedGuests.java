package io.reseal.testbed.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The guests that were started during the test that runs now; the tests of a JVM run one after the other. */
public final class StartedGuests {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static @Nullable List<QemuGuest> started;

    public static void startNoting() {
        locked(() -> started = new ArrayList<>());
    }

    static void note(QemuGuest guest) {
        locked(() -> {
            if (started != null) {
                started.add(guest);
            }
        });
    }

    public static List<QemuGuest> stopNoting() {
        LOCK.lock();
        try {
            var all = started == null ? List.<QemuGuest>of() : List.copyOf(started);
            started = null;
            return all;
        } finally {
            LOCK.unlock();
        }
    }

    private static void locked(Runnable change) {
        LOCK.lock();
        try {
            change.run();
        } finally {
            LOCK.unlock();
        }
    }

    private StartedGuests() {}
}
