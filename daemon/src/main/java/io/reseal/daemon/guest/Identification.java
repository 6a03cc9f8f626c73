package io.reseal.daemon.guest;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.Situation;
import io.reseal.qmp.QmpCommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** What the kernel says about the QEMU process. */
    record Process(Optional<GuestFacts.ProcessId> id, List<String> commandLine) {}

    /** A kind of confidential guest that this version does not know; nothing is sent to it. */
    static final class UnknownKind extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownKind(String type) {
            super("confidential guests of type %s are not known to this version: nothing is sent to it"
                    .formatted(type));
        }
    }

    private final Monitor monitor;
    private final Process process;

    Identification(Monitor monitor, Process process) {
        this.monitor = monitor;
        this.process = process;
    }

    CompletableFuture<Found> find() {
        var uuid = monitor.execute(QmpCommand.of("query-uuid"));
        var kvm = kvm();
        var firmware = monitor.property("/machine", "firmware");
        var pflash = monitor.property("/machine", "pflash0");
        var kind = monitor.property("/machine", "confidential-guest-support")
                .thenCompose(path -> kind(path.map(JsonNode::asString).orElse("")));
        return CompletableFuture.allOf(uuid, kvm, firmware, pflash, kind)
                .thenCompose(_ -> {
                    monitor.narrow(kind.join());
                    return monitor.situation();
                })
                .thenApply(situation -> {
                    var facts = new GuestFacts(
                            uuid.join().path("UUID").stringValue(""),
                            process.id(),
                            kind.join(),
                            release(),
                            kvm.join(),
                            situation.rebuildForced(),
                            CommandLine.rebootIsShutdown(process.commandLine()),
                            isSeaBios(text(firmware.join()), pflash.join().isPresent()));
                    return new Found(
                            facts,
                            situation,
                            launch(facts, text(firmware.join()), pflash.join().isPresent()));
                });
    }

    private QemuRelease release() {
        var version = monitor.connection().version();
        return new QemuRelease(version.major(), version.minor(), version.micro());
    }

    /** {@code query-accelerators} is new in QEMU 10.2 and replaces {@code query-kvm}, deprecated in 11.1. */
    private CompletableFuture<Boolean> kvm() {
        return monitor.optional(QmpCommand.of("query-accelerators"))
                .thenCompose(reply -> reply.isPresent()
                        ? CompletableFuture.completedFuture(
                                reply.get().path("enabled").stringValue("").equals("kvm"))
                        : monitor.optional(QmpCommand.of("query-kvm"))
                                .thenApply(old -> old.map(
                                                kvm -> kvm.path("enabled").asBoolean(false))
                                        .orElse(false)));
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

    private static boolean isSeaBios(String firmware, boolean pflash) {
        if (pflash || firmware.isEmpty()) {
            return false;
        }
        var name = Path.of(firmware).getFileName();
        return name != null && SEABIOS.contains(name.toString());
    }

    private static Map<String, String> launch(GuestFacts facts, String firmware, boolean pflash) {
        var launch = new LinkedHashMap<String, String>();
        launch.put("accelerator", facts.kvm() ? "kvm" : "tcg");
        if (pflash) {
            launch.put("firmware", "pflash");
        } else if (!firmware.isEmpty()) {
            launch.put("firmware", firmware);
        }
        launch.put("rebuiltOnReset", Boolean.toString(facts.rebuiltOnReset()));
        return launch;
    }

    private static String text(Optional<JsonNode> value) {
        return value.flatMap(JsonNode::stringValueOpt).orElse("");
    }
}
