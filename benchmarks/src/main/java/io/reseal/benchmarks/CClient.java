package io.reseal.benchmarks;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** {@code qmp-ping}, compiled. */
record CClient(Path program) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What it found: times in microseconds, one attach for each socket. */
    record Result(List<Double> attaches, List<Double> pings, double residentMegabytes) {}

    /** Milliseconds to the answer about the counters: from the sending of the reset, and from QEMU's RESET event. */
    record Reset(double fromRequest, double fromEvent) {}

    static CClient compile(Path source, Path folder) {
        var program = folder.resolve("qmp-ping");
        try (var gcc = ChildProcess.start(List.of("gcc", "-O2", "-o", program.toString(), source.toString()))) {
            if (gcc.awaitExit(PATIENCE) != 0) {
                throw new TestbedException("the client in C was not compiled: " + String.join(" ", gcc.output())
                        + "; if gcc is missing: apt-get install gcc libc6-dev");
            }
        }
        return new CClient(program);
    }

    /** Connects to every socket and asks so many questions on each. */
    Result query(int count, Collection<Path> sockets) {
        var arguments = new ArrayList<>(List.of(String.valueOf(count)));
        sockets.forEach(socket -> arguments.add(socket.toString()));
        var lines = run(arguments);
        return new Result(
                values(lines, "attach ", 1e3),
                values(lines, "ping ", 1e3),
                values(lines, "resident ", 1024).getFirst());
    }

    /** Resets a guest, and asks at its RESET event for the vCPUs' counters. */
    Reset reset(Path socket) {
        var lines = run(List.of("reset", socket.toString()));
        return new Reset(
                values(lines, "reset ", 1e6).getFirst(),
                values(lines, "proof ", 1e6).getFirst());
    }

    private List<String> run(List<String> arguments) {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        try (var run = ChildProcess.start(command)) {
            if (run.awaitExit(PATIENCE) != 0) {
                throw new TestbedException("the client in C failed: " + String.join(" ", run.output()));
            }
            return run.output();
        }
    }

    private static List<Double> values(List<String> lines, String word, double unit) {
        return lines.stream()
                .filter(line -> line.startsWith(word))
                .map(line -> Long.parseLong(line.substring(word.length())) / unit)
                .toList();
    }
}
