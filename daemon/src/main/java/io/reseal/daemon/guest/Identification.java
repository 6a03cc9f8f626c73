package io.reseal.daemon.guest;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.Situation;
import io.reseal.qmp.QmpCommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** Finds out over QMP which guest this is. Reads instances only: {@code qom-list-properties} can crash QEMU 11.1.3. */
final class Identification {
    /** Bit 2 of a SEV policy: encrypted state (SEV API, table 2). */
    private static final long POLICY_ES = 0x4;

    /** The files that QEMU loads as SeaBIOS; it resets itself once more after each reset. */
    private static final Set<String> SEABIOS = Set.of("bios.bin", "bios-256k.bin", "bios-microvm.bin");

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

    private record Firmware(String file, boolean pflash) {
        boolean isSeaBios() {
            var name = Path.of(file).getFileName();
            return !pflash && name != null && SEABIOS.contains(name.toString());
        }
    }

    private record Basics(String uuid, boolean kvm, GuestKind kind, Firmware firmware) {}

    private final Monitor monitor;
    private final Peer peer;

    Identification(Monitor monitor, Peer peer) {
        this.monitor = monitor;
        this.peer = peer;
    }

    CompletableFuture<Found> find() {
        return basics().thenCompose(basics -> {
            monitor.narrow(basics.kind());
            return monitor.situation().thenApply(situation -> found(basics, situation));
        });
    }

    private CompletableFuture<Basics> basics() {
        var uuid = monitor.execute(QmpCommand.of("query-uuid"))
                .thenApply(reply -> reply.path("UUID").stringValue(""));
        var kvm = kvm();
        var firmware = monitor.property("/machine", "firmware")
                .thenCombine(
                        monitor.property("/machine", "pflash0"),
                        (file, pflash) -> new Firmware(text(file), pflash.isPresent()));
        var kind = monitor.property("/machine", "confidential-guest-support").thenCompose(path -> kind(text(path)));
        return CompletableFuture.allOf(uuid, kvm, firmware, kind)
                .thenApply(_ -> new Basics(uuid.join(), kvm.join(), kind.join(), firmware.join()));
    }

    private Found found(Basics basics, Situation situation) {
        var version = monitor.connection().version();
        var facts = new GuestFacts(
                basics.uuid(),
                peer.process(),
                basics.kind(),
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

    private CompletableFuture<GuestKind> kind(String path) {
        if (path.isEmpty()) {
            return CompletableFuture.completedFuture(GuestKind.PLAIN);
        }
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

    private static Map<String, String> launch(GuestFacts facts, Firmware firmware) {
        var launch = new LinkedHashMap<String, String>();
        launch.put("accelerator", facts.kvm() ? "kvm" : "tcg");
        if (firmware.pflash()) {
            launch.put("firmware", "pflash");
        } else if (!firmware.file().isEmpty()) {
            launch.put("firmware", firmware.file());
        }
        launch.put("rebuiltOnReset", Boolean.toString(facts.rebuiltOnReset()));
        return launch;
    }

    private static String text(Optional<JsonNode> value) {
        return value.flatMap(JsonNode::stringValueOpt).orElse("");
    }
}
