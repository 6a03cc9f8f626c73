package io.reseal.qmp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands that bring QEMU down, now or at the next reset. No rule can allow them. Safe for any thread. */
final class FatalCommands {
    private record Killer(String command, BiPredicate<QmpCommand, MachineKind> when, String reason) {}

    private static final String TDX = "tdx-guest";
    private static final String ENDS = "it ends QEMU; only the owner of the process may do that";
    private static final String BREAKS_RESET = "after it the next reset of any guest crashes QEMU 11.1.3";
    private static final String ABORTS = "QEMU 11.1.3 aborts if the guest is a TDX guest";
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private static final List<Killer> ALL = List.of(
            new Killer("quit", (_, _) -> true, ENDS),
            new Killer("qom-list-properties", (command, _) -> names(command, "typename"), BREAKS_RESET),
            new Killer("object-add", (command, _) -> names(command, "qom-type"), BREAKS_RESET),
            new Killer("query-sev", (_, kind) -> mayBeTdx(kind), ABORTS),
            // the human monitor reaches the same code
            new Killer("human-monitor-command", (command, _) -> human(command, 0, "quit", "q"), ENDS),
            new Killer("human-monitor-command", (command, _) -> addsTdx(command), BREAKS_RESET),
            new Killer("human-monitor-command", (command, kind) -> mayBeTdx(kind) && readsSev(command), ABORTS));

    static Set<String> commands() {
        return ALL.stream().map(Killer::command).collect(Collectors.toCollection(TreeSet::new));
    }

    static Optional<String> danger(QmpCommand command, MachineKind kind) {
        for (Killer killer : ALL) {
            if (killer.command().equals(command.name()) && killer.when().test(command, kind)) {
                return Optional.of(killer.reason());
            }
        }
        return Optional.empty();
    }

    private static boolean names(QmpCommand command, String argument) {
        return command.text(argument).filter(TDX::equals).isPresent();
    }

    private static boolean addsTdx(QmpCommand command) {
        return human(command, 0, "object_add")
                && (line(command).contains(TDX) || line(command).contains("\\"));
    }

    private static boolean readsSev(QmpCommand command) {
        return human(command, 0, "info") && human(command, 1, "sev");
    }

    private static boolean human(QmpCommand command, int position, String... words) {
        var said = BLANKS.splitAsStream(line(command)).skip(position).findFirst();
        return said.isPresent() && List.of(words).contains(said.get());
    }

    private static String line(QmpCommand command) {
        return command.text("command-line").orElse("").strip().toLowerCase(Locale.ROOT);
    }

    private static boolean mayBeTdx(MachineKind kind) {
        return kind == MachineKind.TDX || kind == MachineKind.UNKNOWN;
    }

    private FatalCommands() {}
}
