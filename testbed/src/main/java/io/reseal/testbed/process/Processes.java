package io.reseal.testbed.process;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Every QEMU, and whatever else, that this JVM has started. None outlives it, however it ends. */
public final class Processes {
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();
    private static final boolean LEASHED = hasSetpriv();

    /** The kernel ends a leashed process with the *thread* that started it: so one thread, which never ends, starts all. */
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("qemu-starter").factory());

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::endAll, "qemu-ender"));
    }

    /** Starts a program whose output goes to a file. {@code exec} all the way down: the pid is the program's own. */
    public static Process start(List<String> command, Path log) {
        return start(command, Redirect.to(log.toFile()));
    }

    /** Starts a program whose output goes there. */
    public static Process start(List<String> command, Redirect output) {
        var leashed = new ArrayList<String>();
        if (LEASHED) {
            leashed.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--"));
        }
        leashed.addAll(command);
        var builder = new ProcessBuilder(leashed).redirectErrorStream(true).redirectOutput(output);
        try {
            var process = STARTER.submit(builder::start).get();
            LIVING.add(process);
            process.onExit().thenRun(() -> LIVING.remove(process));
            return process;
        } catch (ExecutionException failed) {
            throw new TestbedException(command.getFirst() + " cannot be started: " + failed.getCause(), failed);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while starting " + command.getFirst());
        }
    }

    public static void end(Process process, Duration patience) {
        process.destroyForcibly();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TestbedException("process " + process.pid() + " has survived SIGKILL for " + patience);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for the end of process " + process.pid());
        }
    }

    private static void endAll() {
        LIVING.forEach(Process::destroyForcibly);
        TestbedPaths.deleteFolders();
    }

    public static Set<Process> living() {
        // those that have ended are taken out a moment later, on a thread of the JVM's own
        return LIVING.stream().filter(Process::isAlive).collect(Collectors.toUnmodifiableSet());
    }

    public static void signal(long pid, String signal) {
        try {
            var result = Tool.run(List.of("sh", "-c", "kill -s " + signal + " " + pid));
            if (result.exitCode() != 0) {
                throw new TestbedException("SIG" + signal + " was not sent to " + pid + ": " + result.errors());
            }
        } catch (IOException missing) {
            throw new TestbedException("SIG" + signal + " was not sent to " + pid + ": no sh", missing);
        }
    }

    /** Sends SIGSTOP and waits until each thread has stopped, of which the kernel sends no notice. */
    public static void stop(long pid, Duration patience) {
        signal(pid, "STOP");
        for (var deadline = Deadline.after(patience); !isStopped(pid); Thread.onSpinWait()) {
            if (deadline.passed()) {
                throw new TestbedException("process " + pid + " has not stopped within " + patience);
            }
        }
    }

    private static boolean isStopped(long pid) {
        try (var threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            return threads.allMatch(thread -> state(thread).startsWith("T"));
        } catch (IOException gone) {
            throw new TestbedException("process " + pid + " is gone, expected it to stop", gone);
        }
    }

    /** The state follows the command's name, which is in parentheses and may contain anything. */
    private static String state(Path thread) {
        try {
            var stat = Files.readString(thread.resolve("stat"));
            return stat.substring(stat.lastIndexOf(')') + 2);
        } catch (IOException ended) {
            return "T";
        }
    }

    private static boolean hasSetpriv() {
        for (var folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, "setpriv"))) {
                return true;
            }
        }
        return false;
    }

    private Processes() {}
}
