package io.reseal.daemon.health;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.reseal.qmp.NativeFunction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How many files this process may have open (RLIMIT_NOFILE).
 *
 * @param soft what is in force
 * @param hard up to which the process may raise it itself
 */
public record DescriptorLimit(long soft, long hard) {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern LINE = Pattern.compile("(?m)^Max open files +(\\d+|unlimited) +(\\d+|unlimited)");
    private static final int RLIMIT_NOFILE = 7;
    private static final NativeFunction SETRLIMIT = new NativeFunction("setrlimit");

    /** As the kernel tells it. */
    public static DescriptorLimit now() throws IOException {
        return read(Files.readString(LIMITS));
    }

    static DescriptorLimit read(String limits) throws IOException {
        var line = LINE.matcher(limits);
        if (!line.find()) {
            throw new IOException(LIMITS + " has no line `Max open files`");
        }
        return new DescriptorLimit(number(line.group(1)), number(line.group(2)));
    }

    private static long number(String text) {
        return text.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text);
    }

    /**
     * Raises it to the hard limit. The JVM does so when it starts (-XX:+MaxFDLimit, its default); a JVM that was told not to is
     * corrected here.
     *
     * @return whether it is raised
     */
    public static boolean raise() {
        try {
            var limit = now();
            return limit.soft() >= limit.hard() || set(limit.hard());
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean set(long hard) {
        try (var arena = Arena.ofConfined()) {
            var limit = arena.allocate(JAVA_LONG, 2);
            limit.setAtIndex(JAVA_LONG, 0, hard);
            limit.setAtIndex(JAVA_LONG, 1, hard);
            return SETRLIMIT.call(RLIMIT_NOFILE, limit.address()) == 0;
        }
    }
}
