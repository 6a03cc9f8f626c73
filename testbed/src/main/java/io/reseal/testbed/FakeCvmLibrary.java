package io.reseal.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code libfake-cvm.so}, compiled on first need and gone with this JVM. */
record FakeCvmLibrary(Path path, int encryptionBit) {
    private static final List<String> UNITS =
            List.of("faults", "interpose", "kvm", "log", "sev", "sha384", "snp", "tdx", "vm", "vmsa");
    private static final String PROGRAM = "encryption-bit.c";
    private static final List<String> COMPILE = List.of("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror");
    private static final List<String> AS_LIBRARY =
            List.of("-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-Wl,-z,defs");
    private static final String CURE = "run: apt-get install -y --no-install-recommends gcc libc6-dev";

    static FakeCvmLibrary compiled() {
        return Once.LIBRARY;
    }

    /** Why it cannot be compiled here, if so. */
    static Optional<String> obstacle() {
        return Obstacle.FOUND;
    }

    private static FakeCvmLibrary compile() {
        obstacle().ifPresent(reason -> {
            throw new TestbedException(reason + "; " + CURE);
        });
        var folder = Places.socketFolder();
        try {
            for (var source : (Iterable<String>) sources()::iterator) {
                copy(source, folder);
            }
            var library = folder.resolve("libfake-cvm.so");
            cc(folder, library, AS_LIBRARY, UNITS.stream().map(unit -> unit + ".c"));
            var program = folder.resolve("encryption-bit");
            cc(folder, program, List.of(), Stream.of(PROGRAM));
            var bit = Tool.run(List.of(program.toString())).output();
            return new FakeCvmLibrary(library, Integer.parseInt(bit));
        } catch (IOException failed) {
            throw new TestbedException(
                    "the simulated platform cannot be compiled in " + folder + ": " + failed.getMessage(), failed);
        }
    }

    private static Stream<String> sources() {
        var headers = UNITS.stream().filter(unit -> !unit.equals("interpose")).map(unit -> unit + ".h");
        var units = UNITS.stream().map(unit -> unit + ".c");
        return Stream.of(Stream.of("abi.h", PROGRAM), headers, units).flatMap(each -> each);
    }

    private static void copy(String source, Path folder) throws IOException {
        try (InputStream content = FakeCvmLibrary.class.getResourceAsStream("fake-cvm/" + source)) {
            if (content == null) {
                throw new TestbedException(
                        "fake-cvm/" + source + " is not in the testbed's jar; build the module again");
            }
            Files.copy(content, folder.resolve(source));
        }
    }

    private static void cc(Path folder, Path output, List<String> options, Stream<String> units) throws IOException {
        var command = new ArrayList<>(COMPILE);
        command.addAll(options);
        command.addAll(List.of("-o", output.toString()));
        units.forEach(unit -> command.add(folder.resolve(unit).toString()));
        var result = Tool.run(command);
        if (result.exitCode() != 0) {
            throw new TestbedException("the simulated platform cannot be compiled: cc says: " + result.errors());
        }
    }

    private static Optional<String> lookForObstacle() {
        try {
            var result = Tool.run(List.of(
                    "cc", "-fsyntax-only", "-include", "linux/kvm.h", "-include", "stdio.h", "-x", "c", "/dev/null"));
            return result.exitCode() == 0 ? Optional.empty() : Optional.of("the C compiler finds no headers");
        } catch (IOException missing) {
            return Optional.of("no C compiler ('cc')");
        }
    }

    private static final class Once {
        private static final FakeCvmLibrary LIBRARY = compile();

        private Once() {}
    }

    private static final class Obstacle {
        private static final Optional<String> FOUND = lookForObstacle();

        private Obstacle() {}
    }
}
