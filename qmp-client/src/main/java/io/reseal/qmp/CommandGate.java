package io.reseal.qmp;

import static io.reseal.qmp.MachineKind.PLAIN;
import static io.reseal.qmp.MachineKind.SEV;
import static io.reseal.qmp.MachineKind.SEV_ES;
import static io.reseal.qmp.MachineKind.SEV_SNP;
import static io.reseal.qmp.MachineKind.TDX;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The set of commands that may be sent: what no rule allows is refused. Some commands are known to bring QEMU down; those
 * are refused whatever the rules say. Every command passes the gate right before it is queued; the connection's own
 * commands ({@link QmpClient#ownCommands}) do not. Immutable, safe for any thread.
 */
public final class CommandGate {
    private static final String MANUAL = "reads only, QEMU QMP reference manual 11.1";
    private static final List<String> HARMLESS = List.of(
            "query-version",
            "query-status",
            "query-name",
            "query-uuid",
            "query-accelerators",
            "query-kvm",
            "query-stats",
            "query-stats-schemas",
            "query-cpus-fast",
            "query-current-machine",
            "query-migrate",
            "query-qmp-schema",
            "qom-list",
            "qom-list-get",
            "qom-get");
    private static final CommandGate STANDARD = new CommandGate(standardRules());

    private final List<GateRule> rules;

    private CommandGate(List<GateRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** What watching and resetting guests of every kind needs, and nothing else. */
    public static CommandGate standard() {
        return STANDARD;
    }

    /** Exactly these rules, in this order. */
    public static CommandGate of(GateRule... rules) {
        return new CommandGate(List.of(rules));
    }

    /** These rules behind those already there. */
    public CommandGate allowing(GateRule... more) {
        var all = new ArrayList<>(rules);
        all.addAll(List.of(more));
        return new CommandGate(all);
    }

    /** The names of the commands that some rule is about. */
    public Set<String> commands() {
        return rules.stream().map(GateRule::command).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of the commands that no rule can allow to every guest with all arguments. */
    public static Set<String> knownKillers() {
        return FatalCommands.commands();
    }

    /** Why this command must not be sent to such a guest; empty if it may. */
    public Optional<String> refusal(QmpCommand command, MachineKind kind, QemuVersion version) {
        return FatalCommands.danger(command, kind).or(() -> notAllowed(command, kind, version));
    }

    private Optional<String> notAllowed(QmpCommand command, MachineKind kind, QemuVersion version) {
        GateRule nearest = null;
        for (GateRule rule : rules) {
            if (rule.covers(command, kind, version)) {
                return Optional.empty();
            }
            if (nearest == null && rule.command().equals(command.name())) {
                nearest = rule;
            }
        }
        if (nearest == null) {
            return Optional.of("no rule of the command gate allows it");
        }
        return Optional.of("with these arguments it is not allowed to a guest of kind "
                + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + " on QEMU " + version + "; the rule is for "
                + nearest.scope() + " (" + nearest.reason() + ")");
    }

    private static boolean letsReboot(QmpCommand command) {
        var arguments = command.arguments();
        return arguments.size() == 1 && arguments.path("reboot").stringValue("").equals("reset");
    }

    private static List<GateRule> standardRules() {
        var reads = HARMLESS.stream().map(name -> GateRule.allow(name, MANUAL));
        var others = Stream.of(
                GateRule.allow("qmp_capabilities", "QEMU 11.1.3: refused without effect once negotiated"),
                GateRule.allow("query-sev", "QEMU 11.1.3 aborts on a TDX guest").forKinds(SEV, SEV_ES, SEV_SNP),
                GateRule.allow("query-sev-launch-measure", "QMP reference manual 11.1: SEV and SEV-ES only")
                        .forKinds(SEV, SEV_ES),
                GateRule.allow("system_reset", "what it does depends on the kind, so the kind must be known")
                        .forKnownKinds(),
                GateRule.allow("set-action", "QEMU 11.1.3: a reboot is a reset again")
                        .forKnownKinds()
                        .when(CommandGate::letsReboot),
                GateRule.allow("cont", "QEMU 11.1.3 aborts if a SEV guest was reset while it was stopped")
                        .forKinds(PLAIN, TDX));
        return Stream.concat(reads, others).toList();
    }
}
