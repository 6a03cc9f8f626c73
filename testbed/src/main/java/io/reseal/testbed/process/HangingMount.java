package io.reseal.testbed.process;

import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A file system that shows a folder at another place, and that can be made to hang: FUSE, whose server (bindfs) is stopped. What looks at it then is
 * blocked until it goes on. Used by one thread.
 */
public final class HangingMount implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path point;
    private final ChildProcess server;

    private HangingMount(Path point, ChildProcess server) {
        this.point = point;
        this.server = server;
    }

    /** Why there can be none on this machine; empty where there can. */
    public static Optional<String> obstacle() {
        if (!Files.isReadable(Path.of("/dev/fuse"))) {
            return Optional.of("there is no /dev/fuse to read: load the module fuse, and run the test as root");
        }
        try {
            return Tool.run(List.of("bindfs", "--version")).exitCode() == 0
                    ? Optional.empty()
                    : Optional.of("bindfs does not run: apt-get install bindfs");
        } catch (IOException missing) {
            return Optional.of("bindfs does not run: apt-get install bindfs");
        }
    }

    /** Shows {@code source} at {@code point}; both are made. */
    public static HangingMount of(Path source, Path point) {
        try {
            Files.createDirectories(source);
            Files.createDirectories(point);
        } catch (IOException refused) {
            throw new TestbedException("no folder can be made for a mount: " + refused.getMessage(), refused);
        }
        var server = ChildProcess.start(List.of("bindfs", "-f", source.toString(), point.toString()));
        var mount = new HangingMount(point, server);
        if (!mount.appeared()) {
            mount.close();
            throw new TestbedException("bindfs has not mounted " + point + ": " + server.output());
        }
        return mount;
    }

    private boolean appeared() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (isMounted()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private boolean isMounted() {
        try {
            return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + point + " ");
        } catch (IOException unreadable) {
            throw new TestbedException("the mounts cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    public Path point() {
        return point;
    }

    /** From now on it does not answer. */
    public void hang() {
        signal("STOP");
    }

    /** It answers again. */
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        run(List.of("kill", "-" + name, Long.toString(server.pid())));
    }

    private static void run(List<String> command) {
        try {
            Tool.run(command);
        } catch (IOException missing) {
            throw new TestbedException(command.getFirst() + " does not run: " + missing.getMessage(), missing);
        }
    }

    @Override
    public void close() {
        goOn();
        run(List.of("umount", "--lazy", point.toString()));
        server.close();
    }
}
