package io.reseal.testbed.process;

import io.reseal.testbed.AwaitableList;
import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Another program than QEMU, which does not outlive this JVM either, however that ends. Safe for any thread. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final AwaitableList<String> lines = new AwaitableList<>();

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Starts a program and reads what it writes, errors included, line by line. */
    public static ChildProcess start(List<String> command) {
        var program = new ChildProcess(command.getFirst(), Processes.start(command, Redirect.PIPE));
        Thread.ofPlatform().daemon().name("output of " + command.getFirst()).start(program::read);
        return program;
    }

    /** Waits for a line, past those that were waited for before. */
    public String awaitLine(Predicate<String> wanted, Duration patience) {
        return lines.awaitNext(wanted, patience)
                .orElseThrow(() -> new TestbedException(name
                        + (process.isAlive() ? " has not said what was expected within " + patience : " has ended")
                        + (lines.all().isEmpty()
                                ? ", without a word"
                                : "; it says: " + String.join(" | ", lastLines()))));
    }

    /** Waits until it has ended and all its output is read; tells the exit code, 128 + n when signal n ended it. */
    public int awaitExit(Duration patience) {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) && lines.awaitClosed(patience)) {
                return process.exitValue();
            }
            throw new TestbedException(name + " still runs after " + patience + ", expected it to end");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for the end of " + name);
        }
    }

    /** What it has written so far. */
    public List<String> output() {
        return lines.all();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end by SIGTERM, and ends it when it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                Processes.end(process, END_PATIENCE);
            }
        } catch (InterruptedException _) {
            Processes.end(process, END_PATIENCE);
            Thread.currentThread().interrupt();
        }
    }

    private List<String> lastLines() {
        var all = lines.all();
        return all.subList(Math.max(0, all.size() - 3), all.size());
    }

    private void read() {
        try (var reader = process.inputReader()) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException _) {
            // the end, like an orderly one
        } finally {
            lines.close();
        }
    }
}
