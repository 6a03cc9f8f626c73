package io.reseal.daemon.host;

import io.reseal.daemon.work.Looks;
import io.reseal.daemon.work.Place;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.signal.Signal.ProcessState;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code /proc} for QEMU processes. Its methods read files, so call them on a thread that may block, never on an event
 * loop: a read of {@code cmdline} waits for a process that is itself stuck in the kernel.
 */
public final class ProcessTable {
    /** Bit of the {@code flags} field: the process is shutting down (include/linux/sched.h). */
    private static final long PF_EXITING = 0x4;

    /** Of the state in {@code stat}, see proc_pid_stat(5). */
    private static final Map<String, String> HALTS = Map.of(
            "T", "is stopped by a signal (SIGSTOP)",
            "t", "is stopped by a debugger",
            "D", "waits in the kernel, such as for storage");

    private static final String UNSEEN = "of a process that cannot be seen from here";
    private static final int STATE = 0;
    private static final int FLAGS = 6;
    private static final int START_TICKS = 19;

    /** {@code USER_HZ} is 100 on every Linux for x86. */
    private static final long MILLIS_PER_TICK = 10;

    private static final String THREAD_NUMBERS = "NSpid:";

    private static final Pattern OPEN_FILES = Pattern.compile("^Max open files +(\\d+) ");

    /** Of the device itself, or of a file in memory that stands for it. */
    private static final Pattern SEV_DEVICE = Pattern.compile("/dev/sev( \\(deleted\\))?$");

    private final Path proc;
    private final Clock clock;

    /**
     * A view of a process file system.
     *
     * @param proc {@code /proc}, or a copy of it for tests
     */
    public ProcessTable(Path proc, Clock clock) {
        this.proc = proc;
        this.clock = clock;
    }

    /** The identity of the process that has {@code pid} now. */
    Optional<ProcessId> identify(long pid) {
        try {
            return Optional.of(new ProcessId(pid, Long.parseLong(stat(pid).get(START_TICKS))));
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** Whether that very process lives. */
    public ProcessState look(ProcessId process) {
        try {
            var stat = stat(process.pid());
            boolean same = Long.parseLong(stat.get(START_TICKS)) == process.startTicks();
            boolean ending = (Long.parseLong(stat.get(FLAGS)) & PF_EXITING) != 0;
            boolean dead = "ZX".contains(stat.get(STATE));
            return same && !ending && !dead ? ProcessState.RUNNING : ProcessState.ENDED;
        } catch (NoSuchFileException _) {
            return ProcessState.ENDED;
        } catch (IOException | RuntimeException _) {
            // a process that ends while it is read gives ESRCH; look whether it is still there
            return Files.exists(directory(process.pid())) ? ProcessState.UNKNOWN : ProcessState.ENDED;
        }
    }

    /** The command line of a process; empty when it cannot be read. */
    List<String> commandLine(long pid) {
        try {
            var text = new String(Files.readAllBytes(directory(pid).resolve("cmdline")), StandardCharsets.UTF_8);
            return List.of(text.split("\0", -1));
        } catch (IOException | RuntimeException _) {
            return List.of();
        }
    }

    /**
     * When that process started, to some 10 ms; {@code btime} of {@code /proc/stat} would tell the time of boot to a second only.
     * Empty when it cannot be told.
     */
    public Optional<Instant> started(ProcessId process) {
        try {
            var now = clock.instant();
            var uptime = Files.readString(proc.resolve("uptime"), StandardCharsets.ISO_8859_1);
            long upMillis = new BigDecimal(uptime.substring(0, uptime.indexOf(' ')))
                    .movePointRight(3)
                    .longValueExact();
            var started = now.minusMillis(upMillis).plusMillis(process.startTicks() * MILLIS_PER_TICK);
            // a container can have an uptime of its own, while processes start by that of the host
            return started.isAfter(now) ? Optional.empty() : Optional.of(started);
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** Why a process does not run, as {@code stat} tells: such as "(pid 7) is stopped by a signal". Empty unless that is so. */
    public Optional<String> halt(long pid) {
        try {
            return Optional.ofNullable(HALTS.get(stat(pid).get(STATE))).map(halt -> "(pid " + pid + ") " + halt);
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** Who has this socket open: "virsh (pid 9)", or words for somebody who cannot be seen. Looks at every process. */
    public String holderOf(long inode) {
        try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var process : processes) {
                if (has(process, "socket:[" + inode + "]")) {
                    return Files.readString(process.resolve("comm"), StandardCharsets.UTF_8)
                                    .strip() + " (pid " + process.getFileName() + ")";
                }
            }
        } catch (IOException | RuntimeException _) {
            return UNSEEN;
        }
        return UNSEEN;
    }

    private static boolean has(Path process, String link) {
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var each : descriptors) {
                if (Files.readSymbolicLink(each).toString().equals(link)) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException _) {
            return false; // it is not ours to look at, or has ended
        }
        return false;
    }

    /** How many more descriptors a process may open; empty when that is not limited or cannot be read. */
    public OptionalLong descriptorsLeft(long pid) {
        try (var limits = Files.lines(directory(pid).resolve("limits"), StandardCharsets.ISO_8859_1);
                var open = Files.list(directory(pid).resolve("fd"))) {
            var limit = limits.map(OPEN_FILES::matcher)
                    .filter(Matcher::find)
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .findFirst();
            return limit.isPresent() ? OptionalLong.of(Math.max(0, limit.getAsLong() - open.count())) : limit;
        } catch (IOException | RuntimeException _) {
            return OptionalLong.empty();
        }
    }

    /**
     * How many descriptors of {@code /dev/sev} are open beside the one that is needed: QEMU 11.1 leaks one for each rebuild.
     * Empty where there is none, or where they cannot be read.
     */
    public OptionalLong leakedBySev(long pid) {
        try (var open = Files.list(directory(pid).resolve("fd"))) {
            long sev = open.filter(ProcessTable::isSev).count();
            return sev == 0 ? OptionalLong.empty() : OptionalLong.of(sev - 1);
        } catch (IOException | RuntimeException _) {
            return OptionalLong.empty();
        }
    }

    private static boolean isSev(Path descriptor) {
        try {
            return SEV_DEVICE
                    .matcher(Files.readSymbolicLink(descriptor).toString())
                    .find();
        } catch (IOException _) {
            // closed since it was listed
            return false;
        }
    }

    /**
     * Whether a process has a thread that calls itself so, beside its first; a thread in a pid namespace of its own has another number
     * there, which comes last in {@code NSpid} (proc_pid_status(5)). Empty when that cannot be told.
     */
    Optional<Boolean> hasThread(long pid, long thread) {
        var tasks = directory(pid).resolve("task");
        try (var all = Files.list(tasks)) {
            var others = all.filter(task -> !task.endsWith(Long.toString(pid))).toList();
            var sameName = tasks.resolve(Long.toString(thread));
            boolean found = (others.contains(sameName) && innerNumber(sameName) == thread)
                    || others.stream().anyMatch(task -> innerNumber(task) == thread);
            return Optional.of(found);
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** The id within its own namespace; 0 for a thread that has ended. */
    private static long innerNumber(Path task) {
        try (var lines = Files.lines(task.resolve("status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(THREAD_NUMBERS))
                    .map(line -> line.substring(line.lastIndexOf('\t') + 1).strip())
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException _) {
            return 0;
        }
    }

    /** The name of a program, as the kernel keeps it: at most 15 characters. */
    String nameOf(long pid) {
        try {
            return Files.readString(directory(pid).resolve("comm"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException | RuntimeException _) {
            return "of unknown name";
        }
    }

    /** The control groups of a process, one for each hierarchy: {@code ID:CONTROLLERS:PATH}; empty when they cannot be read. */
    public List<String> controlGroups(long pid) {
        try {
            return Files.readAllLines(directory(pid).resolve("cgroup"), StandardCharsets.ISO_8859_1);
        } catch (IOException | RuntimeException _) {
            return List.of();
        }
    }

    /** As whom a process reads files; empty when that cannot be read. */
    Optional<Credentials> credentials(long pid) {
        var directory = directory(pid);
        try {
            var status = Files.readAllLines(directory.resolve("status"), StandardCharsets.ISO_8859_1);
            return Optional.of(Credentials.of(status, sharesUserNamespace(directory)));
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    private boolean sharesUserNamespace(Path process) throws IOException {
        var own = Files.readSymbolicLink(proc.resolve("self/ns/user"));
        return Files.readSymbolicLink(process.resolve("ns/user")).equals(own);
    }

    /** Whether what that process sees can be looked at, which takes more rights than to see that it is there. */
    boolean showsFilesOf(long pid) {
        return filesOf(pid).visible();
    }

    ProcessFiles filesOf(long pid) {
        return new ProcessFiles(rootOf(pid), workingDirectoryOf(pid));
    }

    /** The root of the file system as that process sees it. */
    public Path rootOf(long pid) {
        return proc.resolve(Long.toString(pid)).resolve("root");
    }

    public Path workingDirectoryOf(long pid) {
        return proc.resolve(Long.toString(pid)).resolve("cwd");
    }

    /** The fields of {@code stat} from field 3 on: the name in field 2 may hold spaces and parentheses. */
    private List<String> stat(long pid) throws IOException {
        var text = Files.readString(directory(pid).resolve("stat"), StandardCharsets.ISO_8859_1);
        return List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
    }

    /** Of a process that the task is about to read: what it maps may be served by somebody who does not answer. */
    private Path directory(long pid) {
        var directory = proc.resolve(Long.toString(pid));
        Looks.enter(new Place("process " + pid, "process " + pid, true), directory.toString());
        return directory;
    }
}
