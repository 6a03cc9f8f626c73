package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.api.HazardDocument;
import io.reseal.daemon.api.ResetDocument;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import java.util.List;
import java.util.function.Function;

/** {@code reseal show}. */
public final class ShowCommand implements Command {
    private static final int RESETS = 5;

    private final Console console;
    private final Syntax syntax = new Syntax(
            "Shows one guest: what it is, what would harm it, and its newest resets.",
            "",
            "Example: reseal show web-1");
    private final Argument<String> guest = syntax.operand("GUEST", DaemonOptions.GUEST, Function.identity());
    private final DaemonOptions daemon = new DaemonOptions(syntax);

    public ShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        var client = daemon.connect(console);
        var answer = client.get("/v1/guests/" + DaemonOptions.encoded(guest.get()));
        var shown = answer.require(GuestDocument.class);
        if (daemon.json()) {
            console.document(answer.body());
            return ExitCode.OK.code();
        }
        properties(shown);
        shown.hazards().forEach(this::hazard);
        var path = "/v1/resets?limit=" + RESETS + "&guest=" + DaemonOptions.encoded(shown.name());
        resets(client.get(path).require(ResetDocument.Listing.class).resets());
        return ExitCode.OK.code();
    }

    private void properties(GuestDocument shown) {
        var table = new Table();
        table.row("name", shown.name());
        table.row("kind", Text.of(shown.kind()));
        var detail = shown.stateDetail().map(text -> " (" + text + ")").orElse("");
        table.row("state", shown.state() + " since " + Text.of(shown.since()) + detail);
        table.row("run state", Text.of(shown.runState()));
        table.row("qemu", Text.of(shown.qemu()) + ", " + process(shown));
        table.row("uuid", Text.of(shown.uuid()));
        table.row("socket", shown.socket());
        var since = Text.of(shown.incarnationSince().map(Text::of));
        table.row("incarnation", Text.of(shown.incarnation()) + " since " + since);
        table.row("resettable", shown.resettable() ? "yes" : "no");
        var blind = shown.blind();
        table.row(
                "blind",
                Text.of(blind.seconds()) + " s in " + blind.intervals()
                        + (blind.intervals() == 1 ? " interval" : " intervals"));
        shown.launch().ifPresent(launch -> launch.forEach(table::row));
        table.print(console);
    }

    private static String process(GuestDocument shown) {
        return shown.processSeen().orElse(true)
                ? "pid " + Text.of(shown.pid())
                : "its process cannot be seen: command line, firmware, descriptors and bundle are unknown";
    }

    private void hazard(HazardDocument hazard) {
        console.line(
                "hazard %s (%s): %s %s".formatted(hazard.id(), effect(hazard), hazard.consequence(), hazard.cure()));
    }

    private static String effect(HazardDocument hazard) {
        if (!hazard.stops()) {
            return "for information";
        }
        return hazard.forceable() ? "stops a reset" : "stops a reset, cannot be forced";
    }

    private void resets(List<ResetDocument> resets) {
        if (resets.isEmpty()) {
            return;
        }
        console.line("");
        var table = new Table();
        table.row("RESET", "REQUESTED AT", "ORIGIN", "VERDICT", "LEVEL", "SUMMARY");
        for (var reset : resets) {
            table.row(
                    reset.id(),
                    Text.of(reset.requestedAt()),
                    reset.origin(),
                    reset.verdict().orElse("open"),
                    Text.of(reset.level()),
                    Text.of(reset.summary()));
        }
        table.print(console);
    }
}
