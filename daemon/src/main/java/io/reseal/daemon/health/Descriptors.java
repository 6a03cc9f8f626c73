package io.reseal.daemon.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who may have how many of the file descriptors of this process. Monitors may have all but those that the process needs for itself
 * and {@link #KEPT}; clients of HTTP may have a quarter of that, and what is kept. Safe for any thread.
 */
public final class Descriptors {
    /** For HTTP and the journal, whatever guests there are. */
    public static final int KEPT = 32;

    /** Its socket, and the handle on QEMU's process. */
    private static final int PER_MONITOR = 2;

    /** Listening sockets, and files that are open for a moment. */
    private static final int OWN = 24;

    /** Of those that are kept, for clients that may ask anything. */
    private static final int KEPT_ADMINS = 8;

    private static final int KEPT_READERS = 4;
    private static final int CLIENTS_PART = 4;
    private static final long AMPLE = 512;
    private static final Path PROCESS = Path.of("/proc/self");

    private final long limit;
    private final long shared;
    private long monitors;
    private long admins;
    private long readers;
    private final AtomicLong refused = new AtomicLong();

    private Descriptors(long limit, long used) {
        this.limit = limit;
        this.shared = Math.max(0, limit - used - OWN - KEPT);
    }

    /** With this limit, of which so many are in use. */
    public static Descriptors of(long limit, long used) {
        return new Descriptors(limit, used);
    }

    /** As the kernel limits this process now. Where it does not tell, there is no limit. */
    public static Descriptors ofThisProcess() {
        try (var open = Files.list(PROCESS.resolve("fd"))) {
            return of(DescriptorLimit.now().soft(), open.count());
        } catch (IOException _) {
            return unlimited();
        }
    }

    public static Descriptors unlimited() {
        return of(Long.MAX_VALUE, 0);
    }

    /** Whether one more monitor can be connected to; {@link #monitorClosed} gives its descriptors back. */
    public synchronized boolean takeMonitor() {
        if (monitors + PER_MONITOR + beyondKept() > shared) {
            refused.incrementAndGet();
            return false;
        }
        monitors += PER_MONITOR;
        return true;
    }

    public synchronized void monitorClosed() {
        monitors -= PER_MONITOR;
    }

    /** Whether there can be one more client of the admin socket, or of TCP, besides those that only ask for health and metrics. */
    public synchronized boolean takeClient(boolean admin) {
        boolean kept = admin ? admins < KEPT_ADMINS : readers < KEPT_READERS;
        long more = beyondKept() + 1;
        if (!kept && (more > shared / CLIENTS_PART || monitors + more > shared)) {
            return false;
        }
        count(admin, 1);
        return true;
    }

    public synchronized void clientClosed(boolean admin) {
        count(admin, -1);
    }

    private void count(boolean admin, int more) {
        admins += admin ? more : 0;
        readers += admin ? 0 : more;
    }

    private long beyondKept() {
        return Math.max(0, admins - KEPT_ADMINS) + Math.max(0, readers - KEPT_READERS);
    }

    /** Whether some tens more, for some seconds, make no difference to anybody. */
    public boolean ample() {
        return shared >= AMPLE;
    }

    /** How often a monitor was not connected to for want of descriptors. */
    public long refusedMonitors() {
        return refused.get();
    }

    /** What is short now: monitors were refused, and another one would be. */
    public synchronized Optional<String> shortageNow() {
        return refused.get() > 0 && monitors + PER_MONITOR + beyondKept() > shared
                ? Optional.of("guests are " + shortage())
                : Optional.empty();
    }

    /** Why a monitor is not connected to, and what to do. */
    public String shortage() {
        return "not connected: the limit of " + limit
                + " open files (RLIMIT_NOFILE) leaves no room for another monitor, as " + KEPT
                + " are kept for HTTP and the journal: raise it, such as with LimitNOFILE= of systemd, and restart reseal";
    }
}
