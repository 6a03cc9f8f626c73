package io.reseal.daemon.guest;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.Situation;
import io.reseal.qmp.QmpCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Finds out over QMP which guest this is. Reads instances only: {@code qom-list-properties} can crash QEMU 11.1.3. */
final class Identification {
    /** Bit 2 of a SEV policy: encrypted state (SEV API, table 2). */
    private static final long POLICY_ES = 0x4;

    /** Of an sev-snp-guest object that is given none (QEMU 11.1, qapi/qom.json). */
    private static final String SNP_DEFAULT_POLICY = "0x30000";

    /** What was found, with the first reading of what changes. */
    record Found(GuestFacts facts, Situation situation, Map<String, String> launch) {}

    /** A kind of confidential guest that this version does not know; nothing more is sent to it. */
    static final class UnknownKind extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownKind(String type) {
            super("confidential guests of type %s are not known to this version: nothing is sent to it"
                    .formatted(type));
        }
    }

    private record Basics(String uuid, boolean kvm, Support support, FirmwareSource firmware) {}

    /** The confidential-guest object of a machine, and its IGVM bundle; a plain guest has neither. */
    private record Support(GuestKind kind, String path, Optional<String> bundle) {
        static final Support NONE = new Support(GuestKind.PLAIN, "", Optional.empty());
    }

    private final Monitor monitor;
    private final Peer peer;
    private final Context context;
    private final GuestLog log;

    Identification(Monitor monitor, Peer peer, Context context, GuestLog log) {
        this.monitor = monitor;
        this.peer = peer;
        this.context = context;
        this.log = log;
    }

    CompletableFuture<Found> find() {
        return basics().thenCompose(basics -> {
            monitor.narrow(basics.support().kind());
            if (basics.support().kind() != GuestKind.PLAIN) {
                monitor.watchLaunch(launchReader(basics));
            }
            return monitor.situation().thenApply(situation -> found(basics, situation));
        });
    }

    private LaunchReader launchReader(Basics basics) {
        var kind = basics.support().kind();
        var surroundings =
                peer.process().map(process -> new Surroundings(context.host(), process, kind, basics.firmware(), log));
        Supplier<Surroundings.Seen> look = surroundings
                .<Supplier<Surroundings.Seen>>map(each -> each::look)
                .orElse(() -> Surroundings.Seen.NOTHING);
        boolean loaded = basics.firmware().path().isPresent();
        var lookout = new Lookout<>(look, Surroundings.Seen.NOTHING, Lookout.PATIENCE, context.blocking());
        var sources = new LaunchReader.Sources(
                lookout,
                surroundings.filter(_ -> loaded).map(each -> each::firmwareIs),
                context.host().digests(),
                basics.support().bundle(),
                startPolicy());
        return new LaunchReader(monitor, kind, basics.support().path(), sources);
    }

    /** QMP shows the policy of the bundle in its place, from the second launch on (QEMU 11.1, cgs_set_guest_policy). */
    private OptionalLong startPolicy() {
        return commandLine().ofType("sev-snp-guest").stream()
                .findFirst()
                .map(guest -> guest.getOrDefault("policy", SNP_DEFAULT_POLICY))
                .map(Identification::number)
                .orElse(OptionalLong.empty());
    }

    private ObjectOptions commandLine() {
        return ObjectOptions.of(peer.commandLine());
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.decode(text));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    private CompletableFuture<Basics> basics() {
        var uuid = monitor.execute(QmpCommand.of("query-uuid"))
                .thenApply(reply -> reply.path("UUID").stringValue(""));
        var kvm = kvm();
        var file = machine("firmware");
        var flash = machine("pflash0");
        var support = machine("confidential-guest-support").thenCompose(this::support);
        return CompletableFuture.allOf(uuid, kvm, file, flash, support).thenApply(_ -> {
            var firmware =
                    new FirmwareSource(file.join(), flash.join(), support.join().bundle(), started(file.join()));
            return new Basics(uuid.join(), kvm.join(), support.join(), firmware);
        });
    }

    /** By a rebuild QEMU loads whatever the machine property names by then (QEMU 11.1, x86_bios_rom_reload). */
    private String started(String file) {
        return CommandLine.bios(peer.commandLine()).orElse(file);
    }

    private CompletableFuture<String> machine(String property) {
        return monitor.property("/machine", property).thenApply(Identification::text);
    }

    private Found found(Basics basics, Situation situation) {
        var version = monitor.connection().version();
        var facts = new GuestFacts(
                basics.uuid(),
                peer.process(),
                basics.support().kind(),
                new QemuRelease(version.major(), version.minor(), version.micro()),
                basics.kvm(),
                situation.rebuildForced(),
                CommandLine.rebootIsShutdown(peer.commandLine()),
                basics.firmware().isSeaBios());
        return new Found(facts, situation, launch(facts, basics.firmware()));
    }

    /** {@code query-accelerators} is new in QEMU 10.2 and replaces {@code query-kvm}, deprecated in 11.1. */
    private CompletableFuture<Boolean> kvm() {
        return monitor.optional(QmpCommand.of("query-accelerators"))
                .thenCompose(reply -> reply.map(accelerators -> CompletableFuture.completedFuture(
                                accelerators.path("enabled").stringValue("").equals("kvm")))
                        .orElseGet(this::kvmOfOld));
    }

    private CompletableFuture<Boolean> kvmOfOld() {
        return monitor.optional(QmpCommand.of("query-kvm"))
                .thenApply(reply -> reply.map(kvm -> kvm.path("enabled").booleanValue(false))
                        .orElse(false));
    }

    private CompletableFuture<Support> support(String path) {
        if (path.isEmpty()) {
            return CompletableFuture.completedFuture(Support.NONE);
        }
        return kind(path)
                .thenCompose(kind -> machine("igvm-cfg")
                        .thenCompose(this::bundle)
                        .thenApply(bundle -> new Support(kind, path, bundle)));
    }

    /**
     * The path that QEMU was started with: the property can be changed, without any effect. An object that was deleted is
     * replayed all the same, but only the command line still tells of it.
     */
    private CompletableFuture<Optional<String>> bundle(String link) {
        var started = commandLine().ofType(BundleReader.TYPE);
        var id = link.substring(link.lastIndexOf('/') + 1);
        var path = commandLine()
                .id(id)
                .or(() -> started.stream().findFirst())
                .map(bundle -> bundle.getOrDefault("file", ""));
        if (link.isEmpty() || path.isPresent()) {
            return CompletableFuture.completedFuture(path);
        }
        return monitor.property(link, "file").thenApply(file -> Optional.of(text(file)));
    }

    private CompletableFuture<GuestKind> kind(String path) {
        return monitor.property(path, "type").thenCompose(type -> switch (text(type)) {
            case "sev-guest" -> monitor.property(path, "policy").thenApply(Identification::sevKind);
            case "sev-snp-guest" -> CompletableFuture.completedFuture(GuestKind.SEV_SNP);
            case "tdx-guest" -> CompletableFuture.completedFuture(GuestKind.TDX);
            default -> CompletableFuture.failedFuture(new UnknownKind(text(type)));
        });
    }

    private static GuestKind sevKind(Optional<JsonNode> policy) {
        long bits = policy.map(value -> value.asLong(0)).orElse(0L);
        return (bits & POLICY_ES) != 0 ? GuestKind.SEV_ES : GuestKind.SEV;
    }

    private static Map<String, String> launch(GuestFacts facts, FirmwareSource firmware) {
        var launch = new LinkedHashMap<String, String>();
        launch.put("accelerator", facts.kvm() ? "kvm" : "tcg");
        firmware.text().ifPresent(text -> launch.put("firmware", text));
        launch.put("rebuiltOnReset", Boolean.toString(facts.rebuiltOnReset()));
        return launch;
    }

    private static String text(Optional<JsonNode> value) {
        return value.flatMap(JsonNode::stringValueOpt).orElse("");
    }
}
