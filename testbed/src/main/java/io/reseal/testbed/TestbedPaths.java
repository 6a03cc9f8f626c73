package io.reseal.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Where the testbed finds and keeps its files. */
public final class TestbedPaths {
    private static final int SOCKET_PATH_MAX = 107; // bytes that fit sockaddr_un, less the closing NUL
    private static final int SOCKET_NAME_ROOM = 48;
    private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

    /** The folder of the sources: the nearest one above the working directory that has these two. */
    public static Optional<Path> repository() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .filter(folder -> Files.isDirectory(folder.resolve("reset-policy")))
                .filter(folder -> Files.isRegularFile(folder.resolve("pom.xml")))
                .findFirst();
    }

    /** The same folder as that of {@code bring-qemu}. */
    public static Path cache() {
        var folder = set("RESEAL_CACHE")
                .map(Path::of)
                .or(() -> set("XDG_CACHE_HOME").map(base -> Path.of(base, "reseal")))
                .or(() -> set("HOME").map(home -> Path.of(home, ".cache", "reseal")))
                .orElseThrow(() -> new TestbedException("no place for the testbed's files:"
                        + " RESEAL_CACHE, XDG_CACHE_HOME and HOME are all unset; set RESEAL_CACHE to a directory"));
        try {
            return Files.createDirectories(folder.toAbsolutePath());
        } catch (IOException refused) {
            throw new TestbedException(
                    "cannot make the directory " + folder + " (" + refused.getMessage()
                            + "); set RESEAL_CACHE to another",
                    refused);
        }
    }

    /** A new folder, for its owner only, with a path short enough for sockets in it. */
    public static Path socketFolder() {
        var base = Path.of(System.getProperty("java.io.tmpdir"));
        if (bytes(base) > SOCKET_PATH_MAX - SOCKET_NAME_ROOM) {
            base = Path.of("/tmp");
        }
        try {
            var folder = Files.createTempDirectory(base, "reseal-");
            FOLDERS.add(folder);
            return folder;
        } catch (IOException refused) {
            throw new TestbedException(
                    "cannot make a folder for sockets in " + base + " (" + refused.getMessage()
                            + "); set java.io.tmpdir to a writable directory",
                    refused);
        }
    }

    public static Path checkedSocket(Path socket) {
        var absolute = socket.toAbsolutePath();
        if (bytes(absolute) > SOCKET_PATH_MAX) {
            throw new TestbedException("socket path " + absolute + " has " + bytes(absolute)
                    + " bytes, but the kernel takes at most " + SOCKET_PATH_MAX + "; use a shorter folder");
        }
        return absolute;
    }

    /** For the end of the JVM: the folders of those who did not come to delete them. */
    public static void deleteFolders() {
        FOLDERS.forEach(TestbedPaths::deleteFolder);
    }

    public static void deleteFolder(Path folder) {
        FOLDERS.remove(folder);
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(TestbedPaths::delete);
        } catch (IOException | UncheckedIOException _) {
            // a leftover in the temporary folder harms nobody
        }
    }

    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // as above
        }
    }

    public static Optional<String> set(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private TestbedPaths() {}
}
