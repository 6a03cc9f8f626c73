package io.reseal.benchmarks.host;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A program in C, compiled. */
public record CProgram(Path file) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Compiles it.
     *
     * @param source {@code NAME.c}
     */
    public static CProgram compile(Path source, Path folder) {
        var name = source.getFileName().toString().replaceFirst("\\.c$", "");
        var program = folder.resolve(name);
        try (var gcc = ChildProcess.start(List.of("gcc", "-O2", "-o", program.toString(), source.toString()))) {
            if (gcc.awaitExit(PATIENCE) != 0) {
                throw new TestbedException("the program " + name + " in C was not compiled: "
                        + String.join(" ", gcc.output()) + "; if gcc is missing: apt-get install gcc libc6-dev");
            }
        }
        return new CProgram(program);
    }

    /** Runs it to its end, and returns what it printed. */
    public List<String> run(List<String> arguments) {
        try (var run = start(arguments)) {
            if (run.awaitExit(PATIENCE) != 0) {
                throw new TestbedException(
                        "the program " + file.getFileName() + " in C failed: " + String.join(" ", run.output()));
            }
            return run.output();
        }
    }

    public ChildProcess start(List<String> arguments) {
        var command = new ArrayList<>(List.of(file.toString()));
        command.addAll(arguments);
        return ChildProcess.start(command);
    }

    /** The numbers behind a word at the beginning of a line. */
    public static List<Double> values(List<String> lines, String word, double unit) {
        return lines.stream()
                .filter(line -> line.startsWith(word))
                .map(line -> Long.parseLong(line.substring(word.length())) / unit)
                .toList();
    }
}
