package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reseal guests}. */
@Command(
        name = "guests",
        mixinStandardHelpOptions = true,
        description = "Lists the guests that the daemon knows.",
        footer = {"", "Example: reseal guests --json"})
final class GuestsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private DaemonOptions daemon = new DaemonOptions();

    GuestsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var client = daemon.connect(console)) {
            var guests = client.get("/v1/guests").require();
            if (daemon.json()) {
                console.json(guests);
                return ExitCode.OK.code();
            }
            var table = new Table();
            table.row("NAME", "KIND", "STATE", "RUN STATE", "QEMU", "RESETTABLE", "LAST RESET");
            for (var guest : guests.path("guests")) {
                table.row(
                        Text.of(guest, "name"),
                        Text.of(guest, "kind"),
                        Text.of(guest, "state"),
                        Text.of(guest, "runState"),
                        Text.of(guest, "qemu"),
                        guest.path("resettable").asBoolean() ? "yes" : "no",
                        Text.of(guest, "lastReset"));
            }
            table.print(console);
            return ExitCode.OK.code();
        }
    }
}
