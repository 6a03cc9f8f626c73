package io.reseal.daemon.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts what files of {@code -readconfig} say in the place of that option: QEMU reads them when it comes to the option (QEMU 11.1,
 * {@code system/vl.c}). An option whose file is not certainly what QEMU has read stays. Its methods read files.
 *
 * @param files as the QEMU sees them whose command line that is
 */
record ReadConfig(QemuFiles files) {
    /** The file that QEMU reads before its command line, unless told not to; it need not exist. */
    private static final String DEFAULT = "/etc/qemu/qemu.conf";

    private static final long MOST_BYTES = 1 << 20;

    /** The times of files, of processes and since boot are each told to 10 ms only. */
    private static final Duration CLEARLY = Duration.ofMillis(50);

    List<String> expand(List<String> arguments) {
        var expanded = new ArrayList<String>();
        if (!CommandLine.has(arguments, "no-user-config") && exists(arguments)) {
            expanded.addAll(read(DEFAULT, arguments));
        }
        for (int i = 0; i < arguments.size(); i++) {
            if (CommandLine.option(arguments.get(i)).equals(CommandLine.READ_CONFIG) && i + 1 < arguments.size()) {
                expanded.addAll(read(arguments.get(++i), arguments));
            } else {
                expanded.add(arguments.get(i));
            }
        }
        return List.copyOf(expanded);
    }

    private boolean exists(List<String> arguments) {
        try {
            return find(DEFAULT, arguments).map(Way::end).filter(Files::exists).isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    private List<String> read(String name, List<String> arguments) {
        try {
            var file = find(name, arguments).filter(this::isAsQemuReadIt);
            if (file.isPresent()) {
                return ConfigSections.arguments(Files.readString(file.get().end(), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException | RuntimeException _) {
            // what cannot be read is not known
        }
        return List.of("-" + CommandLine.READ_CONFIG, name);
    }

    /** Empty where the name means another file to QEMU than to us. */
    private Optional<Way> find(String name, List<String> arguments) throws IOException {
        // the bytes of the path, as the name was read
        var path = Path.of(new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        boolean own = path.startsWith("/dev") || path.startsWith("/proc");
        return own || CommandLine.moves(arguments, path) ? Optional.empty() : Optional.of(files.way(path));
    }

    /** A file that was changed, or that the path leads to in place of another, since QEMU started is perhaps not what it has read. */
    private boolean isAsQemuReadIt(Way way) {
        try {
            var told = Files.readAttributes(
                    way.end(), "unix:isRegularFile,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
            var started = files.started().map(at -> at.plus(CLEARLY));
            return Boolean.TRUE.equals(told.get("isRegularFile"))
                    && told.get("size") instanceof Long size
                    && size <= MOST_BYTES
                    && started.filter(at -> before(told.get("lastModifiedTime"), at) && before(told.get("ctime"), at))
                            .filter(at -> files.since(way.end(), way).isBefore(at))
                            .isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean before(@Nullable Object time, Instant limit) {
        return time instanceof FileTime known && known.toInstant().isBefore(limit);
    }
}
