package io.reseal.testbed.bench;

import io.reseal.testbed.Program;
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

    static CClient compile(Path source, Path folder) {
        var program = folder.resolve("qmp-ping");
        try (var gcc = Program.start(List.of("gcc", "-O2", "-o", program.toString(), source.toString()))) {
            if (gcc.awaitExit(PATIENCE) != 0) {
                throw new BenchException("the client in C was not compiled: " + String.join(" ", gcc.output())
                        + "; if gcc is missing: apt-get install gcc libc6-dev");
            }
        }
        return new CClient(program);
    }

    /** Connects to every socket and asks so many questions on each. */
    Result ask(int count, Collection<Path> sockets) {
        var command = new ArrayList<>(List.of(program.toString(), String.valueOf(count)));
        sockets.forEach(socket -> command.add(socket.toString()));
        try (var run = Program.start(command)) {
            if (run.awaitExit(PATIENCE) != 0) {
                throw new BenchException("the client in C failed: " + String.join(" ", run.output()));
            }
            return new Result(
                    values(run, "attach ", 1e3),
                    values(run, "ping ", 1e3),
                    values(run, "resident ", 1024).getFirst());
        }
    }

    private static List<Double> values(Program run, String word, double unit) {
        return run.output().stream()
                .filter(line -> line.startsWith(word))
                .map(line -> Long.parseLong(line.substring(word.length())) / unit)
                .toList();
    }
}
