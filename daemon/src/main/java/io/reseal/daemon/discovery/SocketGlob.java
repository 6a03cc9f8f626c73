package io.reseal.daemon.discovery;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A glob of sockets, wildcards allowed in any component, for example {@code /run/qemu/*.qmp}. */
record SocketGlob(Path pattern, PathMatcher matcher) {
    /** S_IFMT and S_IFSOCK of stat(2). */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;
    private static final Pattern WILD = Pattern.compile("[*?\\[{]");
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9._-]");
    private static final int NAME_LENGTH = 63;

    static SocketGlob of(String pattern) {
        return new SocketGlob(Path.of(pattern), FileSystems.getDefault().getPathMatcher("glob:" + pattern));
    }

    /** Whether a socket at this path, there or not, is looked for. */
    boolean covers(Path socket) {
        return matcher.matches(socket);
    }

    /**
     * What was found.
     *
     * @param sockets that match
     * @param directories that were looked into, or that the missing one would be made in: a new entry there may lead to a match
     */
    record Matches(List<Path> sockets, List<Path> directories) {}

    Matches find() {
        var found = new Matches(new ArrayList<>(), new ArrayList<>());
        descend(pattern.getRoot() == null ? Path.of("/") : pattern.getRoot(), 0, found);
        return found;
    }

    private void descend(Path directory, int depth, Matches found) {
        var component = pattern.getName(depth).toString();
        boolean last = depth == pattern.getNameCount() - 1;
        if (!wild(component) && !last) {
            descend(directory.resolve(component), depth + 1, found);
            return;
        }
        found.directories().add(nearestExisting(directory));
        for (var entry : entries(directory, component)) {
            if (last && isSocket(entry)) {
                found.sockets().add(entry);
            } else if (!last && Files.isDirectory(entry)) {
                descend(entry, depth + 1, found);
            }
        }
    }

    private static Path nearestExisting(Path directory) {
        var parent = directory.getParent();
        return Files.isDirectory(directory) || parent == null ? directory : nearestExisting(parent);
    }

    /** A directory that is missing or unreadable now has no entries; the next scan looks again. */
    private static List<Path> entries(Path directory, String component) {
        var entries = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, component)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException _) {
            return List.of();
        }
        return entries;
    }

    private static boolean isSocket(Path entry) {
        try {
            return ((Integer) Files.getAttribute(entry, "unix:mode") & FILE_TYPE) == SOCKET;
        } catch (IOException _) {
            return false; // gone between listing and looking
        }
    }

    private static boolean wild(String component) {
        return WILD.matcher(component).find();
    }

    /**
     * The guest behind a socket is called what the wildcards stand for: {@code web-1} for {@code /run/qemu/web-1.qmp} under
     * {@code /run/qemu/*.qmp}, and for {@code /run/vm/web-1/qmp.sock} under {@code /run/vm/*}{@code /qmp.sock}.
     */
    String nameOf(Path socket) {
        var parts = new ArrayList<String>();
        for (int i = 0; i < pattern.getNameCount(); i++) {
            var component = pattern.getName(i).toString();
            if (wild(component)) {
                parts.add(matched(component, socket.getName(i).toString()));
            }
        }
        var name = parts.isEmpty() ? withoutSuffix(String.valueOf(socket.getFileName())) : String.join("-", parts);
        return presentable(name);
    }

    private static String matched(String component, String actual) {
        var wild = WILD.matcher(component);
        int start = wild.find() ? wild.start() : 0;
        int tail = component.length();
        while (tail > start && "*?]}".indexOf(component.charAt(tail - 1)) < 0) {
            tail--;
        }
        int end = actual.length() - (component.length() - tail);
        return end > start ? actual.substring(start, end) : actual;
    }

    private static String withoutSuffix(String file) {
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    static String presentable(String name) {
        var clean = NOT_IN_NAMES.matcher(name).replaceAll("_");
        boolean wellBegun = !clean.isEmpty() && Character.isLetterOrDigit(clean.charAt(0));
        return shortened(wellBegun ? clean : "g" + clean, NAME_LENGTH);
    }

    /** {@code name-2}, no longer than names may be. */
    static String numbered(String name, int number) {
        var suffix = "-" + number;
        return shortened(name, NAME_LENGTH - suffix.length()) + suffix;
    }

    private static String shortened(String name, int length) {
        return name.length() > length ? name.substring(0, length) : name;
    }
}
