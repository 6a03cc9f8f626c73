package io.reseal.daemon.discovery;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.FoundFile;
import io.reseal.daemon.files.PathWalk;
import io.reseal.daemon.status.Hindrances.Hindrance;
import io.reseal.daemon.work.HangingException;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for the sockets of one glob, once, on one thread that may block. A folder that hangs is passed over once that is known. */
final class GlobSearch {
    /** More are not looked at: each costs memory while the search lasts. */
    private static final int MOST_SOCKETS = 50_000;

    private final SocketGlob glob;
    private final SocketOwners owners;
    private final List<GlobMatches.Socket> sockets = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();
    private final List<Hindrance> hindrances = new ArrayList<>();
    private int foreign;
    private boolean complete = true;

    private GlobSearch(SocketGlob glob, SocketOwners owners) {
        this.glob = glob;
        this.owners = owners;
    }

    static GlobMatches find(SocketGlob glob, SocketOwners owners) {
        var search = new GlobSearch(glob, owners);
        search.descend(Path.of("/"), 0);
        return new GlobMatches(
                glob,
                search.sockets,
                search.directories,
                search.hindrances,
                new GlobMatches.Counts(search.foreign, search.complete, false));
    }

    private void descend(Path directory, int depth) {
        var part = glob.parts().get(depth);
        boolean last = depth == glob.parts().size() - 1;
        if (!last && part.literal().isPresent()) {
            descend(directory.resolve(Utf8Path.of(part.literal().get())), depth + 1);
        } else {
            look(directory, part, last).forEach(below -> descend(below, depth + 1));
        }
    }

    /** The folders that match; sockets are taken down. A folder that is missing has none, and the next search looks again. */
    private List<Path> look(Path directory, GlobPart part, boolean last) {
        try (var found = PathWalk.to(directory)) {
            if (found.status().filter(FileStatus::isDirectory).isEmpty()) {
                directories.add(nearestExisting(directory));
                return List.of();
            }
            directories.add(directory);
            return enter(found, directory, part, last);
        } catch (HangingException hangs) {
            complete = false;
            hinder(directory, String.valueOf(hangs.getMessage()));
        } catch (AccessDeniedException denied) {
            lacks(denied.getFile(), "search permission (x)");
        } catch (IOException | DirectoryIteratorException refused) {
            directories.add(Optional.ofNullable(directory.getParent()).orElse(directory));
            hinder(directory, SocketPath.text(directory) + " cannot be looked into: " + refused.getMessage());
        }
        return List.of();
    }

    private List<Path> enter(FoundFile found, Path directory, GlobPart part, boolean last) throws IOException {
        var below = new ArrayList<Path>();
        var links = new ArrayList<Path>();
        for (var entry : entries(directory, part)) {
            var status = found.entry(entry.getFileName());
            if (status.filter(FileStatus::isLink).isPresent()) {
                links.add(entry);
            } else if (last) {
                status.filter(FileStatus::isSocket)
                        .ifPresent(socket -> take(found, entry, found.path().resolve(entry.getFileName()), socket));
            } else if (status.filter(FileStatus::isDirectory).isPresent()) {
                below.add(entry);
            }
        }
        for (var link : links) {
            follow(found, link, last).ifPresent(below::add);
        }
        return below;
    }

    private List<Path> entries(Path directory, GlobPart part) throws IOException {
        var entries = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(directory, entry -> part.matches(PathText.nameOf(entry)))) {
            for (var entry : stream) {
                if (entries.size() >= MOST_SOCKETS) {
                    hinder(
                            directory,
                            SocketPath.text(directory) + " has more than " + MOST_SOCKETS
                                    + " entries that match: the others are not looked at");
                    break;
                }
                entries.add(entry);
            }
        } catch (AccessDeniedException _) {
            lacks(SocketPath.text(directory), "read permission (r)");
        }
        return entries;
    }

    /** The folder that a link leads to; a socket is taken down. */
    private Optional<Path> follow(FoundFile folder, Path link, boolean last) throws IOException {
        try (var found = PathWalk.to(link)) {
            var status = found.status();
            if (last
                    && status.filter(FileStatus::isSocket).isPresent()
                    && owners.mayUse(folder, linkOwner(folder, link))) {
                take(found, link, found.path(), status.get());
            }
            return status.filter(file -> !last && file.isDirectory()).map(_ -> link);
        } catch (HangingException hangs) {
            complete = false;
            hinder(link, String.valueOf(hangs.getMessage()));
        } catch (AccessDeniedException denied) {
            lacks(denied.getFile(), "search permission (x)");
        }
        return Optional.empty();
    }

    private static long linkOwner(FoundFile folder, Path link) throws IOException {
        return folder.entry(link.getFileName()).map(FileStatus::user).orElse(-1L);
    }

    /** @param way to the socket, or to its folder */
    private void take(FoundFile way, Path path, Path real, FileStatus socket) {
        if (owners.mayUse(way, socket.user())) {
            sockets.add(new GlobMatches.Socket(path, real, SocketIdentity.of(socket)));
            return;
        }
        foreign++;
        var folder = SocketPath.text(real.resolveSibling(""));
        hindrances.add(new Hindrance(
                folder + " " + socket.user(),
                "%s is not used: others may write to its folder, and its owner (uid %d) is none of discovery.owners (%s): add the owner there, or let only these users write to %s"
                        .formatted(SocketPath.text(path), socket.user(), owners, folder)));
    }

    private static Path nearestExisting(Path directory) throws IOException {
        for (var at = directory.getParent(); at != null; at = at.getParent()) {
            try (var found = PathWalk.to(at)) {
                if (found.status().filter(FileStatus::isDirectory).isPresent()) {
                    return at;
                }
            }
        }
        return directory;
    }

    private void lacks(String folder, String permission) {
        hindrances.add(new Hindrance(
                folder + " " + permission,
                "%s cannot be looked into: the user of this process (uid %d) lacks %s on it: grant that"
                        .formatted(folder, SocketOwners.ownUser(), permission)));
    }

    private void hinder(Path where, String text) {
        hindrances.add(new Hindrance(SocketPath.text(where), text));
    }
}
