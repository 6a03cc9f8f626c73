package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.files.Sha256;
import io.reseal.daemon.status.GuestName;
import io.reseal.policy.ResetPolicy.Glob;
import io.reseal.qmp.SocketPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What guests are called. A name follows from the configuration and the guest's own path (or domain) alone: which other guests
 * are there, and which came first, changes nothing. Of all that could be called the same, there or not, one keeps the plain
 * name: the guest that the configuration names, else a domain of libvirt, else the path of the first pattern. The others get
 * a hash of their path behind it, and so does a name that had to be cut or changed.
 */
public final class Naming {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9._-]");
    private static final int LENGTH = 63;
    private static final int HASH_BYTES = 4;

    private final List<SocketGlob> globs;
    private final List<NamedGuest> named;
    private final List<Glob> domains;
    private final Map<Path, Optional<GuestName>> guests = new ConcurrentHashMap<>();

    Naming(List<String> globs, List<NamedGuest> named, List<Glob> domains) {
        this.globs = globs.stream().map(SocketGlob::of).toList();
        this.named = List.copyOf(named);
        this.domains = List.copyOf(domains);
    }

    List<SocketGlob> globs() {
        return globs;
    }

    /** The guest at this path; empty where no glob covers it. */
    Optional<GuestName> guest(Path socket) {
        return guests.computeIfAbsent(socket, this::named);
    }

    /** A look asks for each socket some times, and again at the next look: names are remembered of those only that are there. */
    void remember(Set<Path> present) {
        guests.keySet().retainAll(present);
    }

    private Optional<GuestName> named(Path socket) {
        var path = PathText.of(socket);
        return glob(path).map(glob -> {
            var stand = glob.stand(path);
            var name = changed(path, stand).isEmpty() ? stand : hashed(stand, SocketPath.bytes(socket));
            return new GuestName(name, socket, stand);
        });
    }

    /** Why the guest at this path is not called what the wildcards stand for; empty where it is. */
    Optional<String> changed(Path socket) {
        var path = PathText.of(socket);
        return glob(path).flatMap(glob -> changed(path, glob.stand(path)));
    }

    private Optional<String> changed(PathText path, String stand) {
        if (!NAME.matcher(stand).matches()) {
            return Optional.of(
                    stand.indexOf('\uFFFD') < 0
                            ? unfit()
                            : "its path is not UTF-8; bytes that are not are written \\xNN");
        }
        if (isNamed(stand)) {
            return Optional.of("the configuration gives the name " + stand + " to another guest");
        }
        if (domains.stream().anyMatch(domain -> domain.matches(stand))) {
            return Optional.of("discovery.libvirt.domains covers the name " + stand);
        }
        return owner(stand)
                .filter(owner -> !owner.equals(path))
                .map(owner -> "the name " + stand + " is that of " + owner + ", there or not");
    }

    /** What a domain of libvirt is called: its own name, unless that is none of ours or the configuration has given it away. */
    public GuestName domain(String name, String uuid, Path directory) {
        boolean plain = NAME.matcher(name).matches() && !isNamed(name);
        var called = plain ? name : hashed(name, uuid.getBytes(StandardCharsets.US_ASCII));
        return new GuestName(called, directory.resolve(called + ".qmp"), name);
    }

    /**
     * What a QEMU that dialled in is called: its own name, unless that is none of ours, or may be that of a guest that is named or found
     * otherwise.
     */
    GuestName visitor(String name, String uuid, Path socket) {
        boolean plain =
                NAME.matcher(name).matches() && !reserves(name) && owner(name).isEmpty();
        return new GuestName(plain ? name : hashed(name, uuid.getBytes(StandardCharsets.UTF_8)), socket, name);
    }

    /** Whether no socket that is found is called so. */
    boolean reserves(String name) {
        return isNamed(name) || domains.stream().anyMatch(domain -> domain.matches(name));
    }

    private static String unfit() {
        return "names have at most " + LENGTH
                + " letters, digits, dots, dashes and underscores, and begin with a letter or digit";
    }

    private boolean isNamed(String name) {
        return named.stream().anyMatch(guest -> guest.name().equals(name));
    }

    private Optional<SocketGlob> glob(PathText path) {
        return globs.stream().filter(glob -> glob.covers(path)).findFirst();
    }

    /** The first of all paths, there or not, whose wildcards stand for this. */
    private Optional<PathText> owner(String stand) {
        return IntStream.range(0, globs.size())
                .boxed()
                .flatMap(i -> globs.get(i).paths(stand).filter(path -> first(path) == i))
                .findFirst();
    }

    private int first(PathText path) {
        return IntStream.range(0, globs.size())
                .filter(i -> globs.get(i).covers(path))
                .findFirst()
                .orElse(-1);
    }

    private static String hashed(String name, byte[] of) {
        var clean = NOT_IN_NAMES.matcher(name).replaceAll("_");
        boolean wellBegun = !clean.isEmpty() && Character.isLetterOrDigit(clean.charAt(0));
        var begun = wellBegun ? clean : "g" + clean;
        var hash = HexFormat.of().formatHex(Arrays.copyOf(Sha256.begin().digest(of), HASH_BYTES));
        return begun.substring(0, Math.min(begun.length(), LENGTH - hash.length() - 1)) + "-" + hash;
    }
}
