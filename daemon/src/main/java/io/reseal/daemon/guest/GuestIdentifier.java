package io.reseal.daemon.guest;

import io.reseal.daemon.host.OutsideFacts;
import io.reseal.daemon.host.QemuCommandLine;
import io.reseal.daemon.host.QemuProcess;
import io.reseal.daemon.launch.FirmwareSource;
import io.reseal.daemon.launch.LaunchFiles;
import io.reseal.daemon.launch.LaunchReader;
import io.reseal.daemon.launch.LaunchStart;
import io.reseal.daemon.launch.ObjectOptions;
import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.QemuText;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.daemon.status.GuestReferences;
import io.reseal.daemon.work.Subject;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.signal.GuestReading;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Finds out over QMP which guest this is. Reads instances only: {@code qom-list-properties} can crash QEMU 11.1.3. */
final class GuestIdentifier {
    /** Bit 2 of a SEV policy: encrypted state (SEV API, table 2). */
    private static final long POLICY_ES = 0x4;

    /**
     * What was found, with the first reading of what changes.
     *
     * @param outside looks again at what changes without a word of QEMU
     * @param unseen why the process cannot be seen; empty when it can
     * @param relayed whether the peer is a relay, so that what the kernel reports of it is not about QEMU
     */
    record Found(
            GuestFacts facts,
            GuestReading situation,
            Map<String, String> launch,
            SingleFlight<OutsideFacts> outside,
            String unseen,
            boolean relayed) {}

    /** A kind of confidential guest that this version does not know; nothing more is sent to it. */
    static final class UnknownKind extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownKind(String type) {
            super("confidential guests of type %s are not known to this version: nothing is sent to it"
                    .formatted(type));
        }
    }

    private record Basics(Support support, FirmwareSource firmware) {}

    /**
     * The confidential-guest object of a machine, which a plain guest does not have, and its IGVM bundle.
     *
     * @param link to the bundle, as the machine tells it
     * @param bundle the path of its file
     */
    private record Support(GuestKind kind, String path, String link, Optional<String> bundle) {
        /** Whether there may be more to a launch than a plain guest has. */
        boolean isPlain() {
            return kind == GuestKind.PLAIN && bundle.isEmpty();
        }

        /** The object that tells whether the command line says everything. */
        String named() {
            return kind == GuestKind.PLAIN ? link : path;
        }
    }

    private final SituationReader reader;
    private final QemuMonitor monitor;
    private final QemuProcess peer;
    private final FirstAnswers told;
    private final GuestContext context;
    private final GuestLog log;

    private GuestIdentifier(
            SituationReader reader, QemuProcess peer, FirstAnswers told, GuestContext context, GuestLog log) {
        this.reader = reader;
        this.monitor = reader.monitor();
        this.peer = peer;
        this.told = told;
        this.context = context;
        this.log = log;
    }

    /**
     * Asks the monitor, while its peer is looked at; what is known of the peer counts if that is the QEMU that answers. Begun on the
     * connection's event loop.
     */
    static CompletableFuture<Found> of(
            SituationReader reader, CompletableFuture<QemuProcess> peer, GuestContext context, GuestLog log) {
        var loop = reader.monitor().connection().eventLoop();
        return FirstAnswers.of(reader.monitor())
                .thenCombine(
                        peer,
                        (told, found) -> CompletableFuture.supplyAsync(
                                        () -> found.ifRuns(
                                                told.thread(), context.host().processes()),
                                        context.blocking().processes(new Subject(log.guest(), "")))
                                .thenComposeAsync(
                                        checked -> new GuestIdentifier(reader, checked, told, context, log).find(),
                                        loop))
                .thenCompose(found -> found);
    }

    private CompletableFuture<Found> find() {
        return monitor.together(this::support).thenCompose(support -> {
            var firmware = new FirmwareSource(told.file(), told.flash(), support.bundle(), started(told.file()));
            var basics = new Basics(support, firmware);
            monitor.narrow(support.kind());
            if (!support.isPlain()) {
                reader.watchLaunch(launchReader(basics));
            }
            var files = outside(support.kind());
            return files.read()
                    .thenCombine(reader.read(), (outside, situation) -> found(basics, situation, outside, files));
        });
    }

    private Found found(Basics basics, GuestReading situation, OutsideFacts outside, SingleFlight<OutsideFacts> files) {
        var facts = facts(basics, situation, outside);
        return new Found(facts, situation, launch(facts, basics), files, outside.unseen(), !peer.isKnown());
    }

    private SingleFlight<OutsideFacts> outside(GuestKind kind) {
        var processes = context.host().processes();
        return blocking(() -> peer.outside(kind, processes), peer.unlooked(kind), threads(""));
    }

    /** Of files that QEMU names; a look at one has nothing to do with those at {@code /proc}. */
    private Executor threads(String path) {
        return context.blocking().files(new Subject(log.guest(), path));
    }

    private <T> SingleFlight<T> blocking(Supplier<T> read, T fallback, Executor threads) {
        var deadline = new SingleFlight.Deadline<>(SingleFlight.PATIENCE, fallback);
        return SingleFlight.blocking(
                read, deadline, threads, monitor.connection().eventLoop());
    }

    private LaunchReader launchReader(Basics basics) {
        var kind = basics.support().kind();
        var surroundings = peer.files(context.host().processes())
                .map(files -> new LaunchFiles(context.host(), files, kind, basics.firmware(), log));
        boolean loaded = basics.firmware().path().isPresent();
        var support = basics.support();
        var sources = new LaunchReader.Sources(
                surroundings.map(this::looks).orElseGet(this::noLooks),
                surroundings.filter(_ -> loaded).map(each -> each::firmwareIs),
                context.host().digests(),
                support.bundle(),
                LaunchStart.of(peer.commandLine(), support.named()));
        return new LaunchReader(monitor, kind, support.path(), sources);
    }

    private SingleFlight<LaunchFiles.Seen> looks(LaunchFiles surroundings) {
        var files = blocking(surroundings::look, LaunchFiles.Seen.NOTHING, threads(surroundings.path()));
        var room = blocking(
                surroundings::room, HostCapacity.UNKNOWN, context.blocking().processes(new Subject(log.guest(), "")));
        return SingleFlight.of(
                () -> files.read().thenCombine(room.read(), LaunchFiles.Seen::with),
                monitor.connection().eventLoop());
    }

    private SingleFlight<LaunchFiles.Seen> noLooks() {
        return SingleFlight.of(
                () -> CompletableFuture.completedFuture(LaunchFiles.Seen.NOTHING),
                monitor.connection().eventLoop());
    }

    private ObjectOptions commandLine() {
        return ObjectOptions.of(peer.commandLine());
    }

    /** By a rebuild QEMU loads whatever the machine property names by then (QEMU 11.1, x86_bios_rom_reload). */
    private String started(String file) {
        return QemuCommandLine.bios(peer.commandLine()).orElse(file);
    }

    private GuestFacts facts(Basics basics, GuestReading situation, OutsideFacts outside) {
        var version = monitor.connection().version();
        return new GuestFacts(
                told.uuid(),
                new QemuIdentity(peer.process(), peer.pidfd(), peer.socket(), told.thread()),
                outside.seen(),
                basics.support().kind(),
                new QemuRelease(version.major(), version.minor(), version.micro()),
                told.kvm(),
                situation.rebuildForced(),
                outside.reboot(),
                basics.firmware().isSeaBios());
    }

    private CompletableFuture<Support> support() {
        var path = told.support();
        var kind = path.isEmpty() ? CompletableFuture.completedFuture(GuestKind.PLAIN) : kind(path);
        return kind.thenCombine(
                bundle(told.bundle()), (found, bundle) -> new Support(found, path, told.bundle(), bundle));
    }

    /**
     * The path that QEMU was started with: a change of the property has no effect. An object that was deleted is
     * replayed all the same, and only the command line still has it.
     */
    private CompletableFuture<Optional<String>> bundle(String link) {
        var id = link.isEmpty()
                ? LaunchStart.ownBundle(peer.commandLine())
                : Optional.of(link.substring(link.lastIndexOf('/') + 1));
        var path = id.flatMap(commandLine()::id).map(bundle -> bundle.getOrDefault("file", ""));
        if (link.isEmpty() || path.isPresent()) {
            return CompletableFuture.completedFuture(path);
        }
        return monitor.property(link, "file")
                .thenApply(file -> Optional.of(QemuText.path("the path of the IGVM bundle", FirstAnswers.text(file))));
    }

    private CompletableFuture<GuestKind> kind(String path) {
        return monitor.property(path, "type").thenCompose(type -> switch (FirstAnswers.text(type)) {
            case "sev-guest" -> monitor.property(path, "policy").thenApply(GuestIdentifier::sevKind);
            case "sev-snp-guest" -> CompletableFuture.completedFuture(GuestKind.SEV_SNP);
            case "tdx-guest" -> CompletableFuture.completedFuture(GuestKind.TDX);
            default -> CompletableFuture.failedFuture(new UnknownKind(QemuText.shown(FirstAnswers.text(type))));
        });
    }

    private static GuestKind sevKind(Optional<JsonNode> policy) {
        long bits = policy.map(value -> value.asLong(0)).orElse(0L);
        return (bits & POLICY_ES) != 0 ? GuestKind.SEV_ES : GuestKind.SEV;
    }

    private Map<String, String> launch(GuestFacts facts, Basics basics) {
        var launch = new LinkedHashMap<String, String>();
        launch.put(GuestReferences.QEMU_NAME, told.name());
        launch.put("accelerator", facts.kvm() ? "kvm" : "tcg");
        basics.firmware().text().ifPresent(text -> launch.put("firmware", QemuText.shown(text)));
        launch.put("rebuiltOnReset", Boolean.toString(facts.rebuiltOnReset()));
        return launch;
    }
}
