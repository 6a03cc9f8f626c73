package io.reseal.fakecvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * {@code libfake-cvm.so}, compiled when it is first needed and deleted when this JVM ends.
 *
 * @param encryptionBit the position of the C-bit that QEMU is to be given for this processor
 */
public record FakeCvmLibrary(Path path, int encryptionBit) {
    private static final List<String> UNITS =
            List.of("faults", "interpose", "kvm", "log", "sev", "sha384", "snp", "tdx", "vm", "vmsa");
    private static final String PROGRAM = "encryption-bit.c";
    private static final List<String> COMPILE = List.of("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror");
    private static final List<String> AS_LIBRARY =
            List.of("-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-Wl,-z,defs");
    private static final List<String> HEADERS_ONLY =
            List.of("cc", "-fsyntax-only", "-include", "linux/kvm.h", "-include", "stdio.h", "-x", "c", "/dev/null");
    private static final String CURE = "run: apt-get install -y --no-install-recommends gcc libc6-dev";

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static Optional<FakeCvmLibrary> library = Optional.empty();

    private record Result(int exitCode, String output) {}

    /**
     * The library, the same for the whole JVM.
     *
     * @throws FakeCvmException when it cannot be compiled here
     */
    public static FakeCvmLibrary compiled() {
        LOCK.lock();
        try {
            var result = library.orElseGet(FakeCvmLibrary::compile);
            library = Optional.of(result);
            return result;
        } finally {
            LOCK.unlock();
        }
    }

    /** Why it cannot be compiled here; empty where it can. */
    public static Optional<String> obstacle() {
        return Obstacle.FOUND;
    }

    private static FakeCvmLibrary compile() {
        obstacle().ifPresent(reason -> {
            throw new FakeCvmException(reason + "; " + CURE);
        });
        try {
            return compileIn(temporaryFolder());
        } catch (IOException failed) {
            throw new FakeCvmException("the simulated platform cannot be compiled: " + failed.getMessage(), failed);
        }
    }

    private static FakeCvmLibrary compileIn(Path folder) throws IOException {
        for (var source : (Iterable<String>) sources()::iterator) {
            copy(source, folder);
        }
        var result = folder.resolve("libfake-cvm.so");
        cc(folder, result, AS_LIBRARY, UNITS.stream().map(unit -> unit + ".c"));
        var program = folder.resolve("encryption-bit");
        cc(folder, program, List.of(), Stream.of(PROGRAM));
        var bit = run(List.of(program.toString())).output();
        return new FakeCvmLibrary(result, Integer.parseInt(bit));
    }

    private static Stream<String> sources() {
        var headers = UNITS.stream().filter(unit -> !unit.equals("interpose")).map(unit -> unit + ".h");
        var units = UNITS.stream().map(unit -> unit + ".c");
        return Stream.of(Stream.of("abi.h", PROGRAM), headers, units).flatMap(each -> each);
    }

    private static void copy(String source, Path folder) throws IOException {
        try (var content = FakeCvmLibrary.class.getResourceAsStream(source)) {
            if (content == null) {
                throw new FakeCvmException(source + " is not in the jar of fake-cvm; build the module again");
            }
            Files.copy(content, folder.resolve(source));
        }
    }

    private static void cc(Path folder, Path output, List<String> options, Stream<String> units) throws IOException {
        var command = new ArrayList<>(COMPILE);
        command.addAll(options);
        command.addAll(List.of("-o", output.toString()));
        units.forEach(unit -> command.add(folder.resolve(unit).toString()));
        var result = run(command);
        if (result.exitCode() != 0) {
            throw new FakeCvmException("the simulated platform cannot be compiled: cc says: " + result.output());
        }
    }

    private static Result run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            return new Result(process.waitFor(), text);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new FakeCvmException("interrupted while running " + command.getFirst());
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path temporaryFolder() throws IOException {
        var folder = Files.createTempDirectory("reseal-cvm-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "fake-cvm-deleter"));
        return folder;
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException _) {
            // a leftover in the temporary folder harms nobody
        }
    }

    private static Optional<String> lookForObstacle() {
        try {
            return run(HEADERS_ONLY).exitCode() == 0
                    ? Optional.empty()
                    : Optional.of("the C compiler finds no headers");
        } catch (IOException missing) {
            return Optional.of("no C compiler ('cc')");
        }
    }

    private static final class Obstacle {
        private static final Optional<String> FOUND = lookForObstacle();

        private Obstacle() {}
    }
}
