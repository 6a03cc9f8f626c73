package io.reseal.daemon.host;

import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.FoundFile;
import io.reseal.daemon.work.HangingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts what files of {@code -readconfig} say in the place of that option: QEMU reads them when it comes to the option (QEMU 11.1,
 * {@code system/vl.c}). An option whose file is not certainly what QEMU has read stays. Its methods read files.
 *
 * @param files as the QEMU sees them whose command line that is
 */
record ReadConfig(QemuFiles files) {
    /** The file that QEMU reads before its command line, unless told not to; it need not exist. */
    private static final String DEFAULT = "/etc/qemu/qemu.conf";

    private static final String NO_DEFAULT = "no-user-config";

    private static final int MOST_BYTES = 1 << 20;

    /** The times of files, of processes and since boot are each told to 10 ms only. */
    private static final Duration CLEARLY = Duration.ofMillis(50);

    List<String> expand(List<String> arguments) {
        var expanded = new ArrayList<String>();
        if (!QemuCommandLine.has(arguments, NO_DEFAULT) && exists(arguments)) {
            expanded.addAll(read(DEFAULT, arguments));
        }
        for (int i = 0; i < arguments.size(); i++) {
            if (QemuCommandLine.option(arguments.get(i)).equals(QemuCommandLine.READ_CONFIG)
                    && i + 1 < arguments.size()) {
                expanded.addAll(read(arguments.get(++i), arguments));
            } else {
                expanded.add(arguments.get(i));
            }
        }
        return List.copyOf(expanded);
    }

    /** The same while the files cannot be looked at: each may say anything. */
    static List<String> unread(List<String> arguments) {
        return QemuCommandLine.has(arguments, NO_DEFAULT)
                ? arguments
                : Stream.concat(named(DEFAULT).stream(), arguments.stream()).toList();
    }

    private boolean exists(List<String> arguments) {
        if (isElsewhere(path(DEFAULT), arguments)) {
            return false;
        }
        try (var found = files.find(path(DEFAULT))) {
            return found.isThere();
        } catch (IOException _) {
            return false;
        }
    }

    private List<String> read(String name, List<String> arguments) {
        var path = path(name);
        if (isElsewhere(path, arguments)) {
            return named(name);
        }
        try (var found = files.find(path)) {
            return isAsQemuReadIt(found) ? ConfigSections.arguments(text(found)) : named(name);
        } catch (HangingException later) {
            throw later;
        } catch (IOException | RuntimeException _) {
            // what cannot be read is not known
            return named(name);
        }
    }

    private static List<String> named(String name) {
        return List.of("-" + QemuCommandLine.READ_CONFIG, name);
    }

    /** The bytes of the path, as the name was read. */
    private static Path path(String name) {
        return Path.of(new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    /** Whether the name means another file to QEMU than to us. */
    private static boolean isElsewhere(Path path, List<String> arguments) {
        boolean own = path.startsWith("/dev") || path.startsWith("/proc");
        return own || QemuCommandLine.moves(arguments, path);
    }

    private static String text(FoundFile found) throws IOException {
        try (var file = found.open()) {
            return new String(file.bytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
        }
    }

    /** A file that was changed, or that the path leads to in place of another, since QEMU started is perhaps not what it has read. */
    private boolean isAsQemuReadIt(FoundFile found) {
        var started = files.started().map(at -> at.plus(CLEARLY));
        return found.status()
                .filter(FileStatus::isRegular)
                .filter(file -> file.size() <= MOST_BYTES)
                .filter(file -> started.filter(at -> file.modified().isBefore(at)
                                && file.changed().isBefore(at)
                                && new ResolvedPath(found.steps()).since().isBefore(at))
                        .isPresent())
                .isPresent();
    }
}
