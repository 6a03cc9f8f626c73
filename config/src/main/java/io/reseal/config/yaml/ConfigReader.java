package io.reseal.config.yaml;

import io.reseal.config.ConfigSchema;
import io.reseal.config.Key;
import io.reseal.config.Node;
import io.reseal.config.Quoted;
import io.reseal.config.ResealConfig;
import io.reseal.config.ResealConfig.Discovery;
import io.reseal.config.ResealConfig.Host;
import io.reseal.config.ResealConfig.Http;
import io.reseal.config.ResealConfig.HttpLimits;
import io.reseal.config.ResealConfig.Libvirt;
import io.reseal.config.ResealConfig.Limits;
import io.reseal.config.ResealConfig.Log;
import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.config.ResealConfig.Qmp;
import io.reseal.config.SourcePosition;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes of a file to its configuration. What it returns holds only if no fault was reported. */
final class ConfigReader {
    private final Problems problems;
    private final Section root;

    private ConfigReader(Section root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    static ResealConfig read(Optional<Node> file, Problems problems) {
        return new ConfigReader(Section.root(file, problems), problems).config();
    }

    private ResealConfig config() {
        var section = root.section(ConfigSchema.DISCOVERY);
        var listening = listening(section.sections(ConfigSchema.DIAL_IN));
        var discovery = discovery(section, listening);
        var guests = guests(root.sections(ConfigSchema.GUESTS));
        if (watchesNothing(discovery) && guests.isEmpty()) {
            problems.warning(
                    SourcePosition.WHOLE_FILE,
                    "",
                    "nothing to watch: neither discovery.sockets nor discovery.listen nor discovery.libvirt.domains nor guests");
        }
        listening.forEach(
                each -> ownSocket(each.section(), ConfigSchema.DIAL_IN_SOCKET, each.socket(), discovery, guests));
        return new ResealConfig(
                discovery,
                guests,
                PolicyReader.read(root.section(ConfigSchema.POLICY)),
                limits(root.section(ConfigSchema.LIMITS)),
                new Host(root.section(ConfigSchema.HOST).value(ConfigSchema.MISC)),
                qmp(root.section(ConfigSchema.QMP)),
                http(root.section(ConfigSchema.HTTP), discovery, guests),
                log(root.section(ConfigSchema.LOG)),
                journal(root.section(ConfigSchema.JOURNAL)));
    }

    private static boolean watchesNothing(Discovery discovery) {
        return discovery.sockets().isEmpty()
                && discovery.listen().isEmpty()
                && discovery.libvirt().domains().isEmpty();
    }

    private record Listening(Section section, Path socket) {}

    private static List<Listening> listening(List<Section> sections) {
        var listening = new ArrayList<Listening>();
        var sockets = new HashMap<Path, String>();
        for (var section : sections) {
            section.given(ConfigSchema.DIAL_IN_SOCKET).ifPresent(socket -> {
                unique(section, ConfigSchema.DIAL_IN_SOCKET, socket.normalize(), sockets);
                listening.add(new Listening(section, socket));
            });
        }
        return listening;
    }

    private static Discovery discovery(Section section, List<Listening> listening) {
        return new Discovery(
                section.list(ConfigSchema.SOCKETS),
                section.value(ConfigSchema.RESCAN),
                owners(section.list(ConfigSchema.OWNERS)),
                listening.stream().map(Listening::socket).toList(),
                libvirt(section.section(ConfigSchema.LIBVIRT)));
    }

    private static List<String> owners(List<String> given) {
        return given.isEmpty() ? ConfigSchema.OWNERS_DEFAULT : given;
    }

    private static Limits limits(Section section) {
        return new Limits(section.value(ConfigSchema.CONCURRENT_RESETS), section.value(ConfigSchema.GUESTS_LIMIT));
    }

    private static Libvirt libvirt(Section section) {
        return new Libvirt(
                section.list(ConfigSchema.LIBVIRT_DOMAINS),
                section.value(ConfigSchema.LIBVIRT_URI),
                section.value(ConfigSchema.LIBVIRT_DIRECTORY));
    }

    private static List<NamedGuest> guests(List<Section> sections) {
        var guests = new ArrayList<NamedGuest>();
        var names = new HashMap<String, String>();
        var sockets = new HashMap<Path, String>();
        for (var section : sections) {
            var name = section.given(ConfigSchema.GUEST_NAME);
            var socket = section.given(ConfigSchema.GUEST_QMP);
            name.ifPresent(it -> unique(section, ConfigSchema.GUEST_NAME, it, names));
            socket.ifPresent(it -> unique(section, ConfigSchema.GUEST_QMP, it.normalize(), sockets));
            name.ifPresent(it -> socket.ifPresent(path -> guests.add(new NamedGuest(it, path))));
        }
        return guests;
    }

    private static <V> void unique(Section section, Key key, V value, Map<V, String> owners) {
        var owner = owners.putIfAbsent(value, section.path());
        if (owner != null) {
            section.fault(key, "is " + Quoted.text(value.toString()) + ", which " + owner + " has already");
        }
    }

    private static Qmp qmp(Section section) {
        return new Qmp(
                section.value(ConfigSchema.GREETING_DEADLINE),
                section.value(ConfigSchema.QUERY_DEADLINE),
                section.value(ConfigSchema.RESET_DEADLINE),
                section.value(ConfigSchema.HEARTBEAT),
                section.value(ConfigSchema.SAMPLE));
    }

    private static Http http(Section section, Discovery discovery, List<NamedGuest> guests) {
        var socket = section.value(ConfigSchema.ADMIN_SOCKET);
        ownSocket(section, ConfigSchema.ADMIN_SOCKET, socket, discovery, guests);
        discovery.listen().stream()
                .filter(other -> other.normalize().equals(socket.normalize()))
                .forEach(_ -> section.fault(
                        ConfigSchema.ADMIN_SOCKET,
                        "is a socket of discovery.listen too: choose another path for one of them"));
        return new Http(
                section.value(ConfigSchema.LISTEN),
                socket,
                section.given(ConfigSchema.ADMIN_GROUP),
                section.list(ConfigSchema.HOSTS),
                httpLimits(section.section(ConfigSchema.HTTP_LIMITS)));
    }

    private static HttpLimits httpLimits(Section section) {
        return new HttpLimits(
                section.value(ConfigSchema.CONNECTIONS),
                section.value(ConfigSchema.STREAMS),
                section.value(ConfigSchema.REQUESTS));
    }

    /** A server removes a stale socket file before it listens: the path must not be that of a guest's socket. */
    private static void ownSocket(Section section, Key key, Path socket, Discovery discovery, List<NamedGuest> guests) {
        guests.stream()
                .filter(guest -> guest.qmp().normalize().equals(socket.normalize()))
                .forEach(guest -> section.fault(
                        key,
                        "is the QMP socket of the guest `" + guest.name() + "`: choose another path for one of them"));
        discovery.sockets().stream()
                .filter(glob ->
                        FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(socket.normalize()))
                .forEach(
                        glob -> section.fault(
                                key,
                                "matches the glob " + Quoted.text(glob)
                                        + " of discovery.sockets, so Reseal would take itself for a guest: choose another path"));
    }

    private static Log log(Section section) {
        return new Log(section.value(ConfigSchema.FORMAT), section.value(ConfigSchema.LEVEL));
    }

    private static Optional<Path> journal(Section section) {
        var directory = section.given(ConfigSchema.JOURNAL_DIRECTORY);
        directory.ifPresent(
                _ -> section.warning(ConfigSchema.JOURNAL_DIRECTORY, "has no effect: this version keeps no journal"));
        return directory;
    }
}
