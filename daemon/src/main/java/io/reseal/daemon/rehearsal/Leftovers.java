package io.reseal.daemon.rehearsal;

import io.reseal.daemon.files.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Folders of rehearsals that were ended by SIGKILL: the next rehearsal of the same user removes them. */
final class Leftovers {
    /** No rehearsal takes that long. */
    private static final Duration OLD = Duration.ofMinutes(10);

    /** Removes those in {@code folder} whose names begin so; what cannot be removed stays. */
    static void remove(Path folder, String prefix) {
        try (var found = Files.newDirectoryStream(folder, prefix + "*")) {
            for (var each : found) {
                if (isLeft(each)) {
                    removeAll(each);
                }
            }
        } catch (IOException unreadable) {
            // the folder of the next one cannot be made there either, and that is told
        }
    }

    /** One of our own cannot be exchanged by others, as folders for temporary files are sticky. */
    private static boolean isLeft(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Integer.toUnsignedLong((int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                        == Users.own()
                && Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(Instant.now().minus(OLD));
    }

    /** A rehearsal has no folders in its own. */
    private static void removeAll(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                Files.delete(entry);
            }
        }
        Files.delete(folder);
    }

    private Leftovers() {}
}
