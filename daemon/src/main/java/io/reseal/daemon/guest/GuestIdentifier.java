package io.reseal.daemon.guest;

import io.reseal.daemon.host.OutsideFacts;
import io.reseal.daemon.host.QemuCommandLine;
import io.reseal.daemon.host.QemuProcess;
import io.reseal.daemon.launch.FirmwareSource;
import io.reseal.daemon.launch.IgvmObjectReader;
import io.reseal.daemon.launch.LaunchFiles;
import io.reseal.daemon.launch.LaunchReader;
import io.reseal.daemon.launch.LaunchStart;
import io.reseal.daemon.launch.ObjectOptions;
import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.daemon.status.GuestReferences;
import io.reseal.daemon.work.Subject;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.signal.GuestReading;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    private record Basics(String uuid, String name, boolean kvm, Support support, FirmwareSource firmware) {}

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
    private final OptionalLong thread;
    private final GuestContext context;
    private final GuestLog log;

    private GuestIdentifier(
            SituationReader reader, QemuProcess peer, OptionalLong thread, GuestContext context, GuestLog log) {
        this.reader = reader;
        this.monitor = reader.monitor();
        this.peer = peer;
        this.thread = thread;
        this.context = context;
        this.log = log;
    }

    /** Asks the monitor; what is known of its peer counts if that is the QEMU that answers. Begun on the connection's event loop. */
    static CompletableFuture<Found> of(SituationReader reader, QemuProcess peer, GuestContext context, GuestLog log) {
        return firstThread(reader.monitor())
                .thenCompose(thread -> CompletableFuture.supplyAsync(
                                () -> peer.ifRuns(thread, context.host().processes()),
                                context.blocking().processes(new Subject(log.guest(), "")))
                        .thenComposeAsync(
                                checked -> new GuestIdentifier(reader, checked, thread, context, log).find(),
                                reader.monitor().connection().eventLoop()));
    }

    private CompletableFuture<Found> find() {
        return monitor.learn().thenCompose(_ -> basics()).thenCompose(basics -> {
            monitor.narrow(basics.support().kind());
            if (!basics.support().isPlain()) {
                reader.watchLaunch(launchReader(basics));
            }
            var files = outside(basics.support().kind());
            return files.read()
                    .thenCompose(outside -> reader.read().thenApply(situation -> {
                        var facts = facts(basics, situation, outside);
                        return new Found(
                                facts, situation, launch(facts, basics), files, outside.unseen(), !peer.isKnown());
                    }));
        });
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

    private CompletableFuture<Basics> basics() {
        var uuid = monitor.execute(QemuCommand.UUID.command())
                .thenApply(reply -> reply.path("UUID").stringValue(""));
        var name = monitor.optional(QemuCommand.NAME.command())
                .thenApply(reply ->
                        reply.map(named -> named.path("name").stringValue("")).orElse(""));
        var kvm = kvm();
        var file = machine("firmware");
        var flash = machine("pflash0");
        var support = machine("confidential-guest-support").thenCompose(this::support);
        return CompletableFuture.allOf(uuid, name, kvm, file, flash, support).thenApply(_ -> {
            var firmware =
                    new FirmwareSource(file.join(), flash.join(), support.join().bundle(), started(file.join()));
            return new Basics(uuid.join(), name.join(), kvm.join(), support.join(), firmware);
        });
    }

    /** Thread of the first vCPU; it stays the same over resets, rebuilds included, and cannot be unplugged (QEMU 11.1.3). */
    private static CompletableFuture<OptionalLong> firstThread(QemuMonitor monitor) {
        return monitor.optional(QemuCommand.VCPUS.command())
                .thenApply(reply -> reply.stream()
                        .flatMap(JsonNode::valueStream)
                        .min(Comparator.comparingLong(
                                vcpu -> vcpu.path("cpu-index").asLong(Long.MAX_VALUE)))
                        .map(vcpu -> vcpu.path("thread-id"))
                        .filter(JsonNode::isIntegralNumber)
                        .map(thread -> OptionalLong.of(thread.asLong()))
                        .orElse(OptionalLong.empty()));
    }

    /** By a rebuild QEMU loads whatever the machine property names by then (QEMU 11.1, x86_bios_rom_reload). */
    private String started(String file) {
        return QemuCommandLine.bios(peer.commandLine()).orElse(file);
    }

    private CompletableFuture<String> machine(String property) {
        return monitor.property("/machine", property).thenApply(GuestIdentifier::text);
    }

    private GuestFacts facts(Basics basics, GuestReading situation, OutsideFacts outside) {
        var version = monitor.connection().version();
        return new GuestFacts(
                basics.uuid(),
                new QemuIdentity(peer.process(), peer.pidfd(), peer.socket(), thread),
                outside.seen(),
                basics.support().kind(),
                new QemuRelease(version.major(), version.minor(), version.micro()),
                basics.kvm(),
                situation.rebuildForced(),
                outside.reboot(),
                basics.firmware().isSeaBios());
    }

    /** By {@code query-accelerators} where this QEMU has it; it replaces {@code query-kvm}. */
    private CompletableFuture<Boolean> kvm() {
        if (!monitor.knows(QemuCommand.ACCELERATORS)) {
            return kvmOfOld();
        }
        return monitor.optional(QemuCommand.ACCELERATORS.command())
                .thenCompose(reply -> reply.map(accelerators -> CompletableFuture.completedFuture(
                                accelerators.path("enabled").stringValue("").equals("kvm")))
                        .orElseGet(this::kvmOfOld));
    }

    private CompletableFuture<Boolean> kvmOfOld() {
        return monitor.optional(QemuCommand.KVM.command())
                .thenApply(reply -> reply.map(kvm -> kvm.path("enabled").booleanValue(false))
                        .orElse(false));
    }

    private CompletableFuture<Support> support(String path) {
        var kind = path.isEmpty() ? CompletableFuture.completedFuture(GuestKind.PLAIN) : kind(path);
        return kind.thenCompose(found -> machine(IgvmObjectReader.TYPE)
                .thenCompose(link -> bundle(link).thenApply(bundle -> new Support(found, path, link, bundle))));
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
        return monitor.property(link, "file").thenApply(file -> Optional.of(text(file)));
    }

    private CompletableFuture<GuestKind> kind(String path) {
        return monitor.property(path, "type").thenCompose(type -> switch (text(type)) {
            case "sev-guest" -> monitor.property(path, "policy").thenApply(GuestIdentifier::sevKind);
            case "sev-snp-guest" -> CompletableFuture.completedFuture(GuestKind.SEV_SNP);
            case "tdx-guest" -> CompletableFuture.completedFuture(GuestKind.TDX);
            default -> CompletableFuture.failedFuture(new UnknownKind(text(type)));
        });
    }

    private static GuestKind sevKind(Optional<JsonNode> policy) {
        long bits = policy.map(value -> value.asLong(0)).orElse(0L);
        return (bits & POLICY_ES) != 0 ? GuestKind.SEV_ES : GuestKind.SEV;
    }

    private static Map<String, String> launch(GuestFacts facts, Basics basics) {
        var launch = new LinkedHashMap<String, String>();
        launch.put(GuestReferences.QEMU_NAME, basics.name());
        launch.put("accelerator", facts.kvm() ? "kvm" : "tcg");
        basics.firmware().text().ifPresent(text -> launch.put("firmware", text));
        launch.put("rebuiltOnReset", Boolean.toString(facts.rebuiltOnReset()));
        return launch;
    }

    private static String text(Optional<JsonNode> value) {
        return value.flatMap(JsonNode::stringValueOpt).orElse("");
    }
}
