package io.reseal.daemon.discovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A glob of sockets, wildcards allowed in any component, for example {@code /run/qemu/*.qmp}. */
record SocketGlob(List<GlobPart> parts) {
    SocketGlob {
        parts = List.copyOf(parts);
    }

    static SocketGlob of(String pattern) {
        return new SocketGlob(Arrays.stream(pattern.split("/"))
                .filter(part -> !part.isEmpty())
                .map(GlobPart::of)
                .toList());
    }

    /** Whether a socket at this path, there or not, is looked for. */
    boolean covers(PathText socket) {
        return socket.parts().size() == parts.size()
                && Stream.iterate(0, i -> i < parts.size(), i -> i + 1)
                        .allMatch(i -> parts.get(i).matches(socket.parts().get(i)));
    }

    /**
     * What the wildcards stand for: {@code web-1} for {@code /run/qemu/web-1.qmp} under {@code /run/qemu/*.qmp}, and for
     * {@code /run/vm/web-1/qmp.sock} under {@code /run/vm/*}{@code /qmp.sock}; several are joined by {@code -}.
     */
    String stand(PathText socket) {
        var stand = new ArrayList<String>();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).wild()) {
                stand.add(parts.get(i).stand(socket.parts().get(i)));
            }
        }
        return stand.isEmpty() ? withoutSuffix(socket.parts().getLast()) : String.join("-", stand);
    }

    private static String withoutSuffix(String file) {
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    /** Every path, there or not, that is covered and whose wildcards stand for {@code text}; the shortest first parts first. */
    Stream<PathText> paths(String text) {
        long wild = parts.stream().filter(GlobPart::wild).count();
        var split = wild == 0 ? Stream.of(List.<String>of()) : splits(text, (int) wild);
        return split.flatMap(stand -> paths(stand, 0, PathText.ROOT))
                .filter(path -> stand(path).equals(text));
    }

    /** All ways to cut {@code text} at {@code -} into so many parts. */
    private static Stream<List<String>> splits(String text, int count) {
        if (count == 1) {
            return Stream.of(List.of(text));
        }
        return Stream.iterate(text.indexOf('-'), at -> at >= 0, at -> text.indexOf('-', at + 1))
                .flatMap(at -> splits(text.substring(at + 1), count - 1)
                        .map(rest -> Stream.concat(Stream.of(text.substring(0, at)), rest.stream())
                                .toList()));
    }

    private Stream<PathText> paths(List<String> stand, int depth, PathText directory) {
        if (depth == parts.size()) {
            return Stream.of(directory);
        }
        var part = parts.get(depth);
        var names = part.literal().map(List::of).orElseGet(() -> part.names(stand.getFirst()));
        var rest = part.wild() ? stand.subList(1, stand.size()) : stand;
        return names.stream().flatMap(name -> paths(rest, depth + 1, directory.resolve(name)));
    }

    /** As it was written. */
    @Override
    public String toString() {
        return "/" + parts.stream().map(GlobPart::glob).collect(Collectors.joining("/"));
    }
}
