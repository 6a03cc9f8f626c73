package io.reseal.daemon.host;

import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.FoundFile;
import io.reseal.daemon.files.PathStep;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * As whom a process reads files. Access control lists are not considered: a file that only such a list opens to it counts as closed.
 *
 * @param user its file system user
 * @param groups its file system group, and the supplementary ones
 * @param all whether it may read every file ({@code CAP_DAC_OVERRIDE}, {@code CAP_DAC_READ_SEARCH})
 */
record Credentials(long user, Set<Long> groups, boolean all) {
    private static final int READ = 04;
    private static final int SEARCH = 01;
    private static final int OWNER_SHIFT = 6;
    private static final int GROUP_SHIFT = 3;
    private static final long CAP_DAC_OVERRIDE_OR_READ_SEARCH = 0b110;

    /** Of four ids (real, effective, saved, file system) the last. */
    private static final int FILE_SYSTEM_ID = 3;

    /**
     * By the lines of {@code /proc/PID/status}.
     *
     * @param privileged whether its capabilities count for files of this host: it is in our user namespace
     */
    static Credentials of(List<String> status, boolean privileged) {
        var groups = numbers(status, "Groups:").collect(Collectors.toSet());
        groups.add(numbers(status, "Gid:").toList().get(FILE_SYSTEM_ID));
        var capabilities = Long.parseUnsignedLong(value(status, "CapEff:"), 16);
        return new Credentials(
                numbers(status, "Uid:").toList().get(FILE_SYSTEM_ID),
                groups,
                privileged && (capabilities & CAP_DAC_OVERRIDE_OR_READ_SEARCH) != 0);
    }

    private static Stream<Long> numbers(List<String> status, String name) {
        return Arrays.stream(value(status, name).split("\\s+"))
                .filter(number -> !number.isEmpty())
                .map(Long::valueOf);
    }

    private static String value(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    /** Whether it may read a file, and search the directories on the way. */
    boolean mayRead(FoundFile file) {
        return all
                || (file.status().filter(status -> may(READ, status)).isPresent()
                        && file.steps().stream().map(PathStep::directory).allMatch(each -> may(SEARCH, each)));
    }

    private boolean may(int what, FileStatus file) {
        int shift = file.user() == user ? OWNER_SHIFT : groups.contains(file.group()) ? GROUP_SHIFT : 0;
        return ((file.mode() >> shift) & what) != 0;
    }
}
