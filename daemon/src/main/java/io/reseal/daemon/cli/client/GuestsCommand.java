package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.api.GuestRow;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import java.util.List;

/** {@code reseal guests}. */
public final class GuestsCommand implements Command {
    private final Console console;
    private final Syntax syntax =
            new Syntax("Lists the guests that the daemon knows.", "", "Example: reseal guests --json");
    private final DaemonOptions daemon = new DaemonOptions(syntax);

    public GuestsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        var client = daemon.connect(console);
        var answer = client.get("/v1/guests");
        answer.requireOk();
        var guests = GuestRow.read(answer.body()).orElseGet(() -> rows(answer));
        if (daemon.json()) {
            console.document(answer.body());
            return ExitCode.OK.code();
        }
        var table = new Table();
        table.row("NAME", "KIND", "STATE", "RUN STATE", "QEMU", "RESETTABLE", "LAST RESET");
        for (var guest : guests) {
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
        return ExitCode.OK.code();
    }

    /** Ends the command with what is wrong with the document. */
    private static List<GuestRow> rows(ApiResponse answer) {
        answer.require(GuestDocument.Listing.class);
        throw new CliException(ExitCode.INTERNAL, "the daemon answered with a list of guests that cannot be read");
    }
}
