package io.reseal.daemon.discovery;

import io.reseal.daemon.status.Hindrances.Hindrance;
import java.nio.file.Path;
import java.util.List;

/**
 * What a glob finds.
 *
 * @param sockets that match and may be used
 * @param directories that were looked into, or that the missing one would be made in: a new entry there may lead to a match
 * @param hindrances what could not be looked at, or not be used
 * @param counts of what was not found or used
 */
record GlobMatches(
        SocketGlob glob, List<Socket> sockets, List<Path> directories, List<Hindrance> hindrances, Counts counts) {
    /** A socket, by the path that matches and without symbolic links. */
    record Socket(Path path, Path real, SocketIdentity identity) {}

    /**
     * What else is to be known.
     *
     * @param foreign sockets that are not used, since others than the owners have made them
     * @param complete whether all could be looked at: else a socket that is missing may be there
     * @param late whether it was not looked at in time: the next look passes over what hangs
     */
    record Counts(int foreign, boolean complete, boolean late) {}

    GlobMatches {
        sockets = List.copyOf(sockets);
        directories = List.copyOf(directories);
        hindrances = List.copyOf(hindrances);
    }

    /** Where the sockets are. */
    List<Path> paths() {
        return sockets.stream().map(Socket::path).toList();
    }

    /** Of a glob that could not be looked at in time. */
    static GlobMatches unknown(SocketGlob glob) {
        var text = glob + ": looking for its sockets takes long: those that are known stay, others are not found";
        return new GlobMatches(
                glob, List.of(), List.of(), List.of(new Hindrance(glob.toString(), text)), new Counts(0, false, true));
    }
}
