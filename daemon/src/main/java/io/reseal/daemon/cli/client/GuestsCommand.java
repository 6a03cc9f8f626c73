package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reseal guests}. */
@Command(
        name = "guests",
        mixinStandardHelpOptions = true,
        description = "Lists the guests that the daemon knows.",
        footer = {"", "Example: reseal guests --json"})
public final class GuestsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private DaemonOptions daemon = new DaemonOptions();

    public GuestsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var client = daemon.connect(console)) {
            var answer = client.get("/v1/guests");
            var listing = answer.require(GuestDocument.Listing.class);
            if (daemon.json()) {
                console.document(answer.body());
                return ExitCode.OK.code();
            }
            var table = new Table();
            table.row("NAME", "KIND", "STATE", "RUN STATE", "QEMU", "RESETTABLE", "LAST RESET");
            for (var guest : listing.guests()) {
                table.row(
                        guest.name(),
                        Text.of(guest.kind()),
                        guest.state(),
                        Text.of(guest.runState()),
                        Text.of(guest.qemu()),
                        guest.resettable() ? "yes" : "no",
                        Text.of(guest.lastReset()));
            }
            table.print(console);
            listing.hindrances()
                    .ifPresent(all -> all.forEach(each -> console.error("not all guests are found: " + each)));
            return ExitCode.OK.code();
        }
    }
}
