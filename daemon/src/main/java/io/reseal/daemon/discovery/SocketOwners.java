package io.reseal.daemon.discovery;

import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.FoundFile;
import io.reseal.daemon.files.PathStep;
import io.reseal.daemon.files.Users;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whose sockets are used where others may make some, too. Safe for any thread; looking up users may block.
 *
 * <p>A name that this host does not have is looked for again after a while: the package that brings the user may be installed later.
 */
final class SocketOwners {
    private static final long ROOT = 0;
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final List<String> names;
    private Set<Long> users = Set.of();
    private long readAt;

    SocketOwners(List<String> names) {
        this.names = List.copyOf(names);
    }

    /** The user of this process, whose sockets are used anywhere. */
    static long ownUser() {
        return Users.own();
    }

    /**
     * Whether a socket of that user may be used there.
     *
     * @param way to the socket, or to its folder
     */
    boolean mayUse(FoundFile way, long user) {
        var allowed = users();
        return allowed.contains(user) || isSafe(way, allowed);
    }

    /** Whether nobody but the owners, and root, can put anything in the folder or in its place. */
    private static boolean isSafe(FoundFile way, Set<Long> allowed) {
        boolean isFolder = way.status().filter(FileStatus::isDirectory).isPresent();
        var above = way.steps().stream().map(PathStep::directory).toList();
        var folder = isFolder ? way.status().get() : above.getLast();
        return isOwn(folder, allowed)
                && !folder.isWritableByOthers()
                && above.stream()
                        .allMatch(each -> isOwn(each, allowed) && (!each.isWritableByOthers() || each.isSticky()));
    }

    private static boolean isOwn(FileStatus directory, Set<Long> allowed) {
        return directory.user() == ROOT || allowed.contains(directory.user());
    }

    private synchronized Set<Long> users() {
        boolean first = users.isEmpty();
        if (first || System.nanoTime() - readAt > FRESH.toNanos()) {
            var found = new TreeSet<Long>();
            names.forEach(name -> Users.number(name).ifPresent(found::add));
            found.add(ownUser());
            users = Set.copyOf(found);
            readAt = System.nanoTime();
        }
        return users;
    }

    boolean areOf(List<String> others) {
        return names.equals(others);
    }

    @Override
    public String toString() {
        return String.join(", ", names);
    }
}
