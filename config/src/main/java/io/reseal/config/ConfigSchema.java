package io.reseal.config;

import static io.reseal.config.Key.optional;
import static io.reseal.config.Key.required;

import io.reseal.config.Key.ListKey;
import io.reseal.config.Key.Presence;
import io.reseal.config.Key.SectionKey;
import io.reseal.config.Key.Value;
import io.reseal.config.ResealConfig.Listen;
import io.reseal.config.ResealConfig.LogFormat;
import io.reseal.config.ResealConfig.LogLevel;
import io.reseal.policy.Durations;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy.Glob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table of every key: the reader, the JSON Schema and the README say what stands here. */
public final class ConfigSchema {
    private static final List<Key> TABLE = new ArrayList<>();

    public static final SectionKey ROOT = new SectionKey("", false, Presence.REQUIRED, "The configuration of Reseal.");

    public static final SectionKey DISCOVERY = group("discovery", "How the QMP sockets of guests are found.");
    public static final ListKey<String> SOCKETS = add(
            new ListKey<>(
                    "discovery.sockets",
                    PathFormats.SOCKET_GLOB,
                    "Absolute globs of Unix sockets on which QEMU offers QMP: `*`, `?`, `[a-z]`, `{a,b}`, also for directories."));
    public static final Value<Duration> RESCAN = defaulted(
            "discovery.rescan",
            DurationFormat.PERIOD,
            "30s",
            "How often the globs are expanded again, in addition to the watch on their directories.");

    public static final List<String> OWNERS_DEFAULT = List.of("qemu", "libvirt-qemu", "root");

    public static final ListKey<String> OWNERS = add(
            new ListKey<>(
                    "discovery.owners",
                    ValueFormats.USER,
                    "Users, by name or number, whose sockets are used in folders that others may write to, beside Reseal's own user; a user need not exist. `qemu`, `libvirt-qemu` and `root` when left out."));

    public static final SectionKey DIAL_IN =
            list("discovery.listen", "Sockets on which Reseal listens for QEMUs that dial in.");
    public static final Value<Path> DIAL_IN_SOCKET = add(
            required(
                    "discovery.listen[].socket",
                    PathFormats.SOCKET,
                    "Absolute path of such a socket, which Reseal makes, at most 107 bytes; unique. QEMU dials it with `-chardev socket,id=ID,path=PATH,reconnect-ms=1000 -qmp chardev:ID`, and is named by its `-name`, else by its `-uuid`."));

    public static final SectionKey LIBVIRT = group(
            "discovery.libvirt",
            "Running domains of libvirt, each of which is given a monitor of Reseal's own (QEMU 11.1).");
    public static final ListKey<Glob> LIBVIRT_DOMAINS = add(new ListKey<>(
            "discovery.libvirt.domains",
            ValueFormats.NAME_GLOB,
            "Globs of names of domains: `*` stands for any characters, `?` for one; none when left out."));
    public static final Value<String> LIBVIRT_URI = defaulted(
            "discovery.libvirt.uri",
            ValueFormats.LIBVIRT_URI,
            "qemu:///system",
            "Where libvirt listens, as `virsh --connect` takes it.");
    public static final Value<Path> LIBVIRT_DIRECTORY = defaulted(
            "discovery.libvirt.directory",
            PathFormats.DIRECTORY,
            "/run/reseal/libvirt",
            "Absolute path of the directory for those monitors' sockets; the user that runs QEMU must be able to write there.");

    public static final SectionKey GUESTS = list("guests", "Guests that are watched by name, found or not.");
    public static final Value<String> GUEST_NAME = add(required(
            "guests[].name", ValueFormats.NAME, "The guest's name in commands, metrics and the journal; unique."));
    public static final Value<Path> GUEST_QMP = add(required(
            "guests[].qmp", PathFormats.SOCKET, "Absolute path of the guest's QMP socket, at most 107 bytes; unique."));

    public static final SectionKey POLICY = group("policy", "What a reset has to prove, and by when.");
    public static final Value<Level> PROVE = defaulted(
            "policy.prove",
            ValueFormats.word(Level.class),
            Proof.DEFAULT.prove().text(),
            "The level that a reset must reach to be called proven.");
    public static final Value<Duration> WITHIN = defaulted(
            "policy.within",
            DurationFormat.ABOVE_ZERO,
            Durations.text(Proof.DEFAULT.within()),
            "Time from the request, or from a RESET event nobody asked for, to the verdict.");
    public static final Value<Duration> SETTLE = defaulted(
            "policy.settle",
            DurationFormat.MAYBE_ZERO,
            Durations.text(Proof.DEFAULT.settle()),
            "How long the guest must stay running after RESET; not longer than `within`.");
    public static final Value<Boolean> SET_ACTION = defaulted(
            "policy.set-action",
            ValueFormats.FLAG,
            "false",
            "Whether Reseal makes sure before each of its resets that a reboot is a reset (`set-action reboot=reset`), whatever others have made of it.");
    public static final Value<Boolean> CONTINUE = defaulted(
            "policy.continue",
            ValueFormats.FLAG,
            "true",
            "Whether a plain or TDX guest that did not run is let go on (`cont`) after a reset that Reseal was asked for.");
    public static final SectionKey LAUNCH = group("policy.launch", "What a guest may be launched from.");
    public static final ListKey<Set<String>> ALLOW = add(
            new ListKey<>(
                    "policy.launch.allow",
                    DigestFormat.FORM,
                    "Launch digests (SEV-SNP, or MRTD of TDX) that a next launch may have in place of the one before, such as that of a planned firmware update: each that it can have, as `reseal firmware measure --reset` tells them, or `any-interrupts:` and that of QEMU's start for all of them; `file:/path` has one in each line."));
    public static final SectionKey RULES =
            list("policy.rules", "Exceptions by guest: the first rule that matches decides.");
    public static final SectionKey MATCH = add(new SectionKey(
            "policy.rules[].match",
            false,
            Presence.REQUIRED,
            "The guests that the rule is for: by kind, by name, or by both."));
    public static final Value<GuestKind> MATCH_KIND = add(optional(
            "policy.rules[].match.kind",
            ValueFormats.word(GuestKind.class),
            "Only guests that are protected in this way; any when left out."));
    public static final Value<Glob> MATCH_NAME = add(optional(
            "policy.rules[].match.name",
            ValueFormats.NAME_GLOB,
            "Only guests with such a name: `*` stands for any characters, `?` for one; any when left out."));
    public static final Value<Level> RULE_PROVE = add(optional(
            "policy.rules[].prove",
            ValueFormats.word(Level.class),
            "As `policy.prove`, which holds when this is left out."));
    public static final Value<Duration> RULE_WITHIN = add(optional(
            "policy.rules[].within",
            DurationFormat.ABOVE_ZERO,
            "As `policy.within`, which holds when this is left out."));
    public static final Value<Duration> RULE_SETTLE = add(optional(
            "policy.rules[].settle",
            DurationFormat.MAYBE_ZERO,
            "As `policy.settle`, which holds when this is left out."));

    public static final Value<Boolean> RULE_SET_ACTION = add(optional(
            "policy.rules[].set-action",
            ValueFormats.FLAG,
            "As `policy.set-action`, which holds when this is left out."));
    public static final Value<Boolean> RULE_CONTINUE = add(optional(
            "policy.rules[].continue", ValueFormats.FLAG, "As `policy.continue`, which holds when this is left out."));
    public static final Value<Boolean> RULE_STATEFUL = add(
            optional(
                    "policy.rules[].stateful",
                    ValueFormats.FLAG,
                    "Whether such guests keep state in their memory that a reset destroys, such as a vTPM: then a reset is refused unless forced."));

    public static final SectionKey RULE_LAUNCH = group("policy.rules[].launch", "As `policy.launch`, for such guests.");
    public static final ListKey<Set<String>> RULE_ALLOW = add(new ListKey<>(
            "policy.rules[].launch.allow",
            DigestFormat.FORM,
            "As `policy.launch.allow`, which holds when this is left out."));

    public static final SectionKey LIMITS = group("limits", "Budgets of the host.");
    public static final Value<Integer> CONCURRENT_RESETS = defaulted(
            "limits.concurrent-resets",
            new ValueFormats.Count(10_000),
            "2",
            "How many resets may be under way at once on this host.");

    public static final Value<Integer> GUESTS_LIMIT = defaulted(
            "limits.guests",
            new ValueFormats.Count(100_000),
            "5000",
            "How many discovered guests are watched at once; the sockets beyond are told and not used. Guests that are named come on top.");

    public static final SectionKey HOST = group("host", "What Reseal reads of the host.");
    public static final Value<Path> MISC = defaulted(
            "host.misc",
            PathFormats.DIRECTORY,
            "/sys/fs/cgroup",
            "Absolute path of the cgroup directory with `misc.capacity` and `misc.current`, which tell how many ASIDs and TDX key ids are left.");

    public static final SectionKey QMP = group("qmp", "Patience with QEMU's monitors.");
    public static final Value<Duration> GREETING_DEADLINE = defaulted(
            "qmp.greeting-deadline",
            DurationFormat.ABOVE_ZERO,
            "5s",
            "From connecting to QEMU's greeting; after it Reseal tells why there is none, as far as that can be seen, and waits on.");
    public static final Value<Duration> QUERY_DEADLINE =
            defaulted("qmp.query-deadline", DurationFormat.ABOVE_ZERO, "10s", "For commands that only read.");
    public static final Value<Duration> RESET_DEADLINE =
            defaulted("qmp.reset-deadline", DurationFormat.ABOVE_ZERO, "120s", "For the reply to `system_reset`.");
    public static final Value<Duration> HEARTBEAT = defaulted(
            "qmp.heartbeat",
            DurationFormat.PERIOD,
            "10s",
            "Idle time after which a monitor is queried, to see whether it answers.");
    public static final Value<Duration> SAMPLE = defaulted(
            "qmp.sample",
            DurationFormat.PERIOD,
            "10s",
            "How often the vCPU counters are read, so that a reboot by the guest has a baseline.");

    public static final SectionKey HTTP = group("http", "Where Reseal listens.");
    public static final Value<Optional<Listen>> LISTEN = defaulted(
            "http.listen",
            ListenFormat.FORM,
            "127.0.0.1:9568",
            "TCP address of the read-only pages and metrics; port 0 lets the kernel choose, `off` opens none.");
    public static final Value<Path> ADMIN_SOCKET = defaulted(
            "http.admin-socket",
            PathFormats.SOCKET,
            "/run/reseal/admin.sock",
            "Absolute path of the Unix socket through which resets are asked for, at most 107 bytes.");
    public static final Value<String> ADMIN_GROUP = add(optional(
            "http.admin-group",
            ValueFormats.GROUP,
            "Group that owns the admin socket and so may request resets; that of the process when left out."));
    public static final ListKey<String> HOSTS = add(
            new ListKey<>(
                    "http.hosts",
                    ListenFormat.HOST,
                    "Further names by which clients reach the TCP address, such as that of a proxy: requests for another `Host` are refused. `localhost`, `127.0.0.1`, `[::1]` and the address of `http.listen` are known; where that is not a loopback address the machine's host name is too, and with `0.0.0.0` or `[::]` any IP address."));
    public static final SectionKey HTTP_LIMITS = group(
            "http.limits",
            "What clients may have at a time, on TCP and, counted by itself, on the admin socket; places for `/healthz`, `/readyz` and `/metrics` are kept besides.");
    public static final Value<Integer> CONNECTIONS = defaulted(
            "http.limits.connections",
            new ValueFormats.Count(100_000),
            "1024",
            "Connections; one client, which is an address or a user, may have a quarter of them.");
    public static final Value<Integer> STREAMS = defaulted(
            "http.limits.streams",
            new ValueFormats.Count(10_000),
            "64",
            "Event streams; one client may have half of them.");
    public static final Value<Integer> REQUESTS = defaulted(
            "http.limits.requests",
            new ValueFormats.Count(10_000),
            "128",
            "Requests that are not answered yet; one client may have a quarter of them.");

    public static final SectionKey LOG = group("log", "How Reseal logs.");
    public static final Value<LogFormat> FORMAT = defaulted(
            "log.format", ValueFormats.word(LogFormat.class), "plain", "Lines for people, or JSON for machines.");
    public static final Value<LogLevel> LEVEL = defaulted(
            "log.level", ValueFormats.word(LogLevel.class), "info", "The least important line that is written.");

    public static final SectionKey JOURNAL = group("journal", "The record of resets on disk.");
    public static final Value<Path> JOURNAL_DIRECTORY = add(optional(
            "journal.directory",
            PathFormats.DIRECTORY,
            "Absolute path of the journal's directory; accepted with a warning, as this version keeps no journal."));

    /** Every key in the order of the documentation, each section before what is in it. */
    public static final List<Key> ALL = Collections.unmodifiableList(TABLE);

    private ConfigSchema() {}

    /** The keys that may stand in {@code group}. */
    public static List<Key> in(SectionKey group) {
        return ALL.stream().filter(key -> key.parent().equals(group.inside())).toList();
    }

    private static <K extends Key> K add(K key) {
        TABLE.add(key);
        return key;
    }

    private static SectionKey group(String path, String meaning) {
        return add(new SectionKey(path, false, Presence.OPTIONAL, meaning));
    }

    private static SectionKey list(String path, String meaning) {
        return add(new SectionKey(path, true, Presence.OPTIONAL, meaning));
    }

    private static <T> Value<T> defaulted(String path, ValueFormat<T> format, String fallback, String meaning) {
        return add(new Value<>(path, format, Presence.DEFAULTED, fallback, meaning));
    }
}
