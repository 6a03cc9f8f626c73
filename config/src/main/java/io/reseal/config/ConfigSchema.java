package io.reseal.config;

import static io.reseal.config.Key.optional;
import static io.reseal.config.Key.required;

import io.reseal.config.Key.Group;
import io.reseal.config.Key.Presence;
import io.reseal.config.Key.Series;
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
final class ConfigSchema {
    private static final List<Key> TABLE = new ArrayList<>();

    static final Group ROOT = new Group("", false, Presence.REQUIRED, "The configuration of Reseal.");

    static final Group DISCOVERY = group("discovery", "How the QMP sockets of guests are found.");
    static final Series<String> SOCKETS = add(
            new Series<>(
                    "discovery.sockets",
                    PathForms.SOCKET_GLOB,
                    "Absolute globs of Unix sockets on which QEMU offers QMP: `*`, `?`, `[a-z]`, `{a,b}`, also for directories."));
    static final Value<Duration> RESCAN = defaulted(
            "discovery.rescan",
            DurationForm.PERIOD,
            "30s",
            "How often the globs are looked through afresh, beside watching their directories.");

    static final Group DIAL_IN = list("discovery.listen", "Sockets on which Reseal listens for QEMUs that dial in.");
    static final Value<Path> DIAL_IN_SOCKET = add(
            required(
                    "discovery.listen[].socket",
                    PathForms.SOCKET,
                    "Absolute path of such a socket, which Reseal makes, at most 107 bytes; unique. QEMU dials it with `-chardev socket,id=ID,path=PATH,reconnect-ms=1000 -qmp chardev:ID`, and is named by its `-name`, else by its `-uuid`."));

    static final Group LIBVIRT = group(
            "discovery.libvirt",
            "Running domains of libvirt, each of which is given a monitor of Reseal's own (QEMU 11.1).");
    static final Series<Glob> LIBVIRT_DOMAINS = add(new Series<>(
            "discovery.libvirt.domains",
            ValueFormats.NAME_GLOB,
            "Globs of names of domains: `*` stands for any characters, `?` for one; none when left out."));
    static final Value<String> LIBVIRT_URI = defaulted(
            "discovery.libvirt.uri",
            ValueFormats.LIBVIRT_URI,
            "qemu:///system",
            "Where libvirt listens, as `virsh --connect` takes it.");
    static final Value<Path> LIBVIRT_DIRECTORY = defaulted(
            "discovery.libvirt.directory",
            PathForms.DIRECTORY,
            "/run/reseal/libvirt",
            "Absolute path of the directory for those monitors' sockets; the user that runs QEMU must be able to write there.");

    static final Group GUESTS = list("guests", "Guests that are watched by name, found or not.");
    static final Value<String> GUEST_NAME = add(required(
            "guests[].name", ValueFormats.NAME, "The guest's name in commands, metrics and the journal; unique."));
    static final Value<Path> GUEST_QMP = add(required(
            "guests[].qmp", PathForms.SOCKET, "Absolute path of the guest's QMP socket, at most 107 bytes; unique."));

    static final Group POLICY = group("policy", "What a reset has to prove, and by when.");
    static final Value<Level> PROVE = defaulted(
            "policy.prove",
            ValueFormats.word(Level.class),
            Proof.DEFAULT.prove().text(),
            "The level that a reset must reach to be called proven.");
    static final Value<Duration> WITHIN = defaulted(
            "policy.within",
            DurationForm.ABOVE_ZERO,
            Durations.text(Proof.DEFAULT.within()),
            "Time from the request, or from a RESET event nobody asked for, to the verdict.");
    static final Value<Duration> SETTLE = defaulted(
            "policy.settle",
            DurationForm.MAYBE_ZERO,
            Durations.text(Proof.DEFAULT.settle()),
            "How long the guest must stay running after RESET; not longer than `within`.");
    static final Value<Boolean> SET_ACTION = defaulted(
            "policy.set-action",
            FlagForm.FORM,
            "false",
            "Whether Reseal makes sure before each of its resets that a reboot is a reset (`set-action reboot=reset`), whatever others have made of it.");
    static final Value<Boolean> CONTINUE = defaulted(
            "policy.continue",
            FlagForm.FORM,
            "true",
            "Whether a plain or TDX guest that did not run is let go on (`cont`) after a reset that Reseal was asked for.");
    static final Group LAUNCH = group("policy.launch", "What a guest may be launched from.");
    static final Series<Set<String>> ALLOW = add(
            new Series<>(
                    "policy.launch.allow",
                    DigestForm.FORM,
                    "Launch digests (SEV-SNP, or MRTD of TDX) that a next launch may have in place of the one before, such as that of a planned firmware update: each that it can have, as `reseal firmware measure --reset` tells them, or `any-interrupts:` and that of QEMU's start for all of them; `file:/path` has one in each line."));
    static final Group RULES = list("policy.rules", "Exceptions by guest: the first rule that matches decides.");
    static final Group MATCH = add(new Group(
            "policy.rules[].match",
            false,
            Presence.REQUIRED,
            "The guests that the rule is for: by kind, by name, or by both."));
    static final Value<GuestKind> MATCH_KIND = add(optional(
            "policy.rules[].match.kind",
            ValueFormats.word(GuestKind.class),
            "Only guests that are protected in this way; any when left out."));
    static final Value<Glob> MATCH_NAME = add(optional(
            "policy.rules[].match.name",
            ValueFormats.NAME_GLOB,
            "Only guests with such a name: `*` stands for any characters, `?` for one; any when left out."));
    static final Value<Level> RULE_PROVE = add(optional(
            "policy.rules[].prove",
            ValueFormats.word(Level.class),
            "As `policy.prove`, which holds when this is left out."));
    static final Value<Duration> RULE_WITHIN = add(optional(
            "policy.rules[].within",
            DurationForm.ABOVE_ZERO,
            "As `policy.within`, which holds when this is left out."));
    static final Value<Duration> RULE_SETTLE = add(optional(
            "policy.rules[].settle",
            DurationForm.MAYBE_ZERO,
            "As `policy.settle`, which holds when this is left out."));

    static final Value<Boolean> RULE_SET_ACTION = add(optional(
            "policy.rules[].set-action", FlagForm.FORM, "As `policy.set-action`, which holds when this is left out."));
    static final Value<Boolean> RULE_CONTINUE = add(optional(
            "policy.rules[].continue", FlagForm.FORM, "As `policy.continue`, which holds when this is left out."));
    static final Value<Boolean> RULE_STATEFUL = add(
            optional(
                    "policy.rules[].stateful",
                    FlagForm.FORM,
                    "Whether such guests keep state in their memory that a reset destroys, such as a vTPM: then a reset is refused unless forced."));

    static final Group RULE_LAUNCH = group("policy.rules[].launch", "As `policy.launch`, for such guests.");
    static final Series<Set<String>> RULE_ALLOW = add(new Series<>(
            "policy.rules[].launch.allow",
            DigestForm.FORM,
            "As `policy.launch.allow`, which holds when this is left out."));

    static final Group LIMITS = group("limits", "Budgets of the host.");
    static final Value<Integer> CONCURRENT_RESETS = defaulted(
            "limits.concurrent-resets",
            new CountForm(10_000),
            "2",
            "How many resets may be under way at once on this host.");

    static final Group HOST = group("host", "What Reseal reads of the host.");
    static final Value<Path> MISC = defaulted(
            "host.misc",
            PathForms.DIRECTORY,
            "/sys/fs/cgroup",
            "Absolute path of the cgroup directory with `misc.capacity` and `misc.current`, which tell how many ASIDs and TDX key ids are left.");

    static final Group QMP = group("qmp", "Patience with QEMU's monitors.");
    static final Value<Duration> GREETING_DEADLINE = defaulted(
            "qmp.greeting-deadline",
            DurationForm.ABOVE_ZERO,
            "5s",
            "From connecting to QEMU's greeting; after it Reseal tells why there is none, as far as that can be seen, and waits on.");
    static final Value<Duration> QUERY_DEADLINE =
            defaulted("qmp.query-deadline", DurationForm.ABOVE_ZERO, "10s", "For commands that only read.");
    static final Value<Duration> RESET_DEADLINE =
            defaulted("qmp.reset-deadline", DurationForm.ABOVE_ZERO, "120s", "For the reply to `system_reset`.");
    static final Value<Duration> HEARTBEAT = defaulted(
            "qmp.heartbeat",
            DurationForm.PERIOD,
            "10s",
            "Idle time after which a monitor is queried, to see whether it answers.");
    static final Value<Duration> SAMPLE = defaulted(
            "qmp.sample",
            DurationForm.PERIOD,
            "10s",
            "How often the vCPU counters are read, so that a reboot by the guest has a baseline.");

    static final Group HTTP = group("http", "Where Reseal listens.");
    static final Value<Optional<Listen>> LISTEN = defaulted(
            "http.listen",
            ListenForm.FORM,
            "127.0.0.1:9568",
            "TCP address of the read-only pages and metrics; port 0 lets the kernel choose, `off` opens none.");
    static final Value<Path> ADMIN_SOCKET = defaulted(
            "http.admin-socket",
            PathForms.SOCKET,
            "/run/reseal/admin.sock",
            "Absolute path of the Unix socket through which resets are asked for, at most 107 bytes.");
    static final Value<String> ADMIN_GROUP = add(optional(
            "http.admin-group",
            ValueFormats.GROUP,
            "Group that owns the admin socket and so may request resets; that of the process when left out."));

    static final Group LOG = group("log", "How Reseal logs.");
    static final Value<LogFormat> FORMAT = defaulted(
            "log.format", ValueFormats.word(LogFormat.class), "plain", "Lines for people, or JSON for machines.");
    static final Value<LogLevel> LEVEL = defaulted(
            "log.level", ValueFormats.word(LogLevel.class), "info", "The least important line that is written.");

    static final Group JOURNAL = group("journal", "The record of resets on disk.");
    static final Value<Path> JOURNAL_DIRECTORY = add(optional(
            "journal.directory",
            PathForms.DIRECTORY,
            "Absolute path of the journal's directory; accepted with a warning, as this version keeps no journal."));

    /** Every key in the order of the documentation, each section before what is in it. */
    static final List<Key> ALL = Collections.unmodifiableList(TABLE);

    private ConfigSchema() {}

    /** The keys that may stand in {@code group}. */
    static List<Key> in(Group group) {
        return ALL.stream().filter(key -> key.parent().equals(group.inside())).toList();
    }

    private static <K extends Key> K add(K key) {
        TABLE.add(key);
        return key;
    }

    private static Group group(String path, String meaning) {
        return add(new Group(path, false, Presence.OPTIONAL, meaning));
    }

    private static Group list(String path, String meaning) {
        return add(new Group(path, true, Presence.OPTIONAL, meaning));
    }

    private static <T> Value<T> defaulted(String path, ValueFormat<T> form, String fallback, String meaning) {
        return add(new Value<>(path, form, Presence.DEFAULTED, fallback, meaning));
    }
}
