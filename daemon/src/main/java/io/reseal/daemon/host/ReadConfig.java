package io.reseal.daemon.host;

import io.reseal.policy.QemuIdentity.ProcessId;
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
 * @param process the QEMU whose command line that is
 */
record ReadConfig(ProcessTable processes, ProcessId process) {
    /** The file that QEMU reads before its command line, unless told not to; it need not exist. */
    private static final String DEFAULT = "/etc/qemu/qemu.conf";

    private static final long MOST_BYTES = 1 << 20;

    /** The times of files, of processes and since boot are each told to 10 ms only. */
    private static final Duration CLEARLY = Duration.ofMillis(50);

    List<String> expand(List<String> arguments) {
        var expanded = new ArrayList<String>();
        if (!QemuCommandLine.has(arguments, "no-user-config") && exists(arguments)) {
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

    private boolean exists(List<String> arguments) {
        try {
            return find(DEFAULT, arguments).filter(Files::exists).isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    private List<String> read(String name, List<String> arguments) {
        try {
            var file = find(name, arguments).filter(this::isAsQemuReadIt);
            if (file.isPresent()) {
                return ConfigSections.arguments(Files.readString(file.get(), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException | RuntimeException _) {
            // what cannot be read is not known
        }
        return List.of("-" + QemuCommandLine.READ_CONFIG, name);
    }

    /** Empty where the name means another file to QEMU than to us. */
    private Optional<Path> find(String name, List<String> arguments) throws IOException {
        // the bytes of the path, as the name was read
        var path = Path.of(new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        boolean moved = QemuCommandLine.has(arguments, "chroot")
                || QemuCommandLine.values(arguments, "run-with").anyMatch(with -> with.contains("chroot="))
                || (!path.isAbsolute() && QemuCommandLine.has(arguments, "daemonize"));
        boolean own = path.startsWith("/dev") || path.startsWith("/proc");
        return moved || own
                ? Optional.empty()
                : Optional.of(
                        new ProcessFiles(processes.rootOf(process.pid()), processes.workingDirectoryOf(process.pid()))
                                .find(path));
    }

    /** A file that was changed, or put in the place of another, since QEMU started is perhaps not what it has read. */
    private boolean isAsQemuReadIt(Path file) {
        try {
            var told = Files.readAttributes(
                    file, "unix:isRegularFile,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
            var started = processes.started(process).map(at -> at.plus(CLEARLY));
            return Boolean.TRUE.equals(told.get("isRegularFile"))
                    && told.get("size") instanceof Long size
                    && size <= MOST_BYTES
                    && started.filter(at -> before(told.get("lastModifiedTime"), at) && before(told.get("ctime"), at))
                            .isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean before(@Nullable Object time, Instant limit) {
        return time instanceof FileTime known && known.toInstant().isBefore(limit);
    }
}
