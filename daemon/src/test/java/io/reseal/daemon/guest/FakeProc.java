package io.reseal.daemon.guest;

import io.reseal.daemon.host.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A process file system of plain files, with {@code stat} and {@code cmdline} as Linux writes them. */
public record FakeProc(Path root) {
    static final long RUNNING_FLAGS = 0x400040;
    static final long EXITING_FLAGS = RUNNING_FLAGS | 0x4;

    public ProcessTable table() {
        return new ProcessTable(root, Clock.systemUTC());
    }

    public FakeProc process(long pid, long startTicks) {
        return stat(pid, "qemu-system-x86", 'S', RUNNING_FLAGS, startTicks);
    }

    public FakeProc zombie(long pid, long startTicks) {
        return stat(pid, "qemu-system-x86", 'Z', EXITING_FLAGS, startTicks);
    }

    public FakeProc named(long pid, String name, long startTicks) {
        return stat(pid, name, 'S', RUNNING_FLAGS, startTicks);
    }

    public FakeProc exiting(long pid, long startTicks) {
        return stat(pid, "qemu-system-x86", 'R', EXITING_FLAGS, startTicks);
    }

    private FakeProc stat(long pid, String name, char state, long flags, long startTicks) {
        if (!Files.exists(root.resolve(pid + "/cmdline"))) {
            commandLine(pid, "qemu-system-x86_64");
        }
        directory(root.resolve(pid + "/root"));
        directory(root.resolve(pid + "/cwd"));
        user(pid, 0, "000001ffffffffff");
        link(root.resolve("self/ns/user"), "user:[1]");
        link(root.resolve(pid + "/ns/user"), "user:[1]");
        if (pid == ProcessHandle.current().pid() && !Files.exists(root.resolve(pid + "/task"))) {
            // that of the scripted peers, which report its threads
            link(root.resolve(pid + "/task"), "/proc/self/task");
        }
        var between = String.join(" ", Collections.nCopies(12, "0"));
        return write(
                pid,
                "stat",
                "%d (%s) %c 1 1 1 0 -1 %d %s %d 0 0%n".formatted(pid, name, state, flags, between, startTicks));
    }

    /** That process runs as this user, in a group of the same number. */
    public FakeProc user(long pid, long user, String capabilities) {
        return write(pid, "status", """
                Name:\tqemu
                Uid:\t%1$d\t%1$d\t%1$d\t%1$d
                Gid:\t%1$d\t%1$d\t%1$d\t%1$d
                Groups:\t\s
                CapEff:\t%2$s
                """.formatted(user, capabilities));
    }

    /** A thread, with its numbers in the pid namespaces that it is in, ours first. */
    public FakeProc thread(long pid, long... numbers) {
        var told = LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining("\t"));
        return write(pid, "task/" + numbers[0] + "/status", "Name:\tx\nNSpid:\t" + told + "\nThreads:\t2\n");
    }

    public FakeProc commandLine(long pid, String... arguments) {
        return write(pid, "cmdline", String.join("\0", arguments) + "\0");
    }

    public FakeProc up(Duration since) {
        return write(
                root.resolve("uptime"), "%d.%02d 4711.11%n".formatted(since.toSeconds(), since.toMillisPart() / 10));
    }

    public FakeProc descriptors(long pid, long limit, int open) {
        for (int i = 0; i < open; i++) {
            write(root.resolve(pid + "/fd/" + i), "");
        }
        return write(pid, "limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             7000                 7000                 processes
                Max open files            %-20d 524288               files
                """.formatted(limit));
    }

    /** Descriptors of {@code /dev/sev}, beside others. */
    public FakeProc sevDescriptors(long pid, int count) {
        for (int i = 0; i < count; i++) {
            link(root.resolve(pid + "/fd/" + (100 + i)), "/dev/sev");
        }
        return link(root.resolve(pid + "/fd/99"), "/dev/kvm");
    }

    /** That process sees the files that we see. */
    FakeProc files(long pid) {
        return link(root.resolve(pid + "/root"), "/");
    }

    private FakeProc link(Path link, String to) {
        try {
            Files.createDirectories(link.resolveSibling("."));
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(to));
            return this;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    public FakeProc write(long pid, String file, String text) {
        return write(root.resolve(Long.toString(pid)).resolve(file), text);
    }

    private static void directory(Path path) {
        try {
            Files.createDirectories(path);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private FakeProc write(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
            return this;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
