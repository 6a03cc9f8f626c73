package io.reseal.qmp;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Lets one command pass, for some kinds of guest, some QEMU versions and some arguments.
 *
 * @param reason why that is safe, with its source (a QEMU version that was tried, or QEMU's documentation); it is part
 *     of the message when the rule does not apply
 */
public record GateRule(
        String command, Set<MachineKind> kinds, VersionRange versions, Predicate<QmpCommand> arguments, String reason) {

    /** Copies the kinds. */
    public GateRule {
        kinds = Set.copyOf(kinds);
    }

    /** For every kind of guest, known or not, every QEMU and all arguments. */
    public static GateRule allow(String command, String reason) {
        return new GateRule(command, EnumSet.allOf(MachineKind.class), VersionRange.all(), _ -> true, reason);
    }

    /** The same for these kinds of guest only. */
    public GateRule forKinds(MachineKind first, MachineKind... others) {
        return new GateRule(command, EnumSet.of(first, others), versions, arguments, reason);
    }

    /** The same for every kind of guest but one that is not known. */
    public GateRule forKnownKinds() {
        var known = EnumSet.complementOf(EnumSet.of(MachineKind.UNKNOWN));
        return new GateRule(command, known, versions, arguments, reason);
    }

    /** The same for these QEMUs only. */
    public GateRule forVersions(VersionRange range) {
        return new GateRule(command, kinds, range, arguments, reason);
    }

    /** The same for arguments that pass the test only. */
    public GateRule when(Predicate<QmpCommand> test) {
        return new GateRule(command, kinds, versions, test, reason);
    }

    boolean covers(QmpCommand asked, MachineKind kind, QemuVersion version) {
        return command.equals(asked.name())
                && kinds.contains(kind)
                && versions.contains(version)
                && arguments.test(asked);
    }

    String scope() {
        var names = kinds.stream()
                .sorted()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
        return names + " on " + versions;
    }
}
