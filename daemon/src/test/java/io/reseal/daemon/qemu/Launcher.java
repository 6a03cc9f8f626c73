package io.reseal.daemon.qemu;

import io.reseal.daemon.Reseal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code ./reseal} does when everything is built, with the test's class path. */
final class Launcher {
    static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"));

    /** With the heap and the compiler of the daemon. */
    static final List<String> AS_INSTALLED = List.of(
            "-XX:+UseCompactObjectHeaders", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-XX:+ExitOnOutOfMemoryError");

    /** A script in this folder, which starts Java with these flags, too. */
    static Path in(Path folder, List<String> flags) throws IOException {
        var words = Stream.of(JAVA, flags, List.of(Reseal.class.getName()))
                .flatMap(List::stream)
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        var script = Files.writeString(folder.resolve("reseal"), "#!/bin/sh\nexec " + words + " \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Launcher() {}
}
