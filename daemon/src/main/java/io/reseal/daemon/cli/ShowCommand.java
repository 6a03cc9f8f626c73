package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code reseal show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows one guest: what it is, what would harm it, and its newest resets.",
        footer = {"", "Example: reseal show web-1"})
final class ShowCommand implements Callable<Integer> {
    private static final int RESETS = 5;

    private final Console console;

    @Parameters(paramLabel = "GUEST", description = GuestReference.DESCRIPTION)
    private String guest = "";

    @Mixin
    private DaemonOptions daemon = new DaemonOptions();

    ShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var client = daemon.connect(console)) {
            var shown = client.get("/v1/guests/" + DaemonOptions.encoded(guest)).require();
            if (daemon.json()) {
                console.json(shown);
                return ExitCode.OK.code();
            }
            properties(shown);
            hazards(shown.path("hazards"));
            resets(client.get("/v1/resets?limit=" + RESETS + "&guest=" + DaemonOptions.encoded(Text.of(shown, "name")))
                    .require()
                    .path("resets"));
            return ExitCode.OK.code();
        }
    }

    private void properties(JsonNode shown) {
        var table = new Table();
        table.row("name", Text.of(shown, "name"));
        table.row("kind", Text.of(shown, "kind"));
        var detail = Text.maybe(shown, "stateDetail").map(text -> " (" + text + ")");
        table.row("state", Text.of(shown, "state") + " since " + Text.of(shown, "since") + detail.orElse(""));
        table.row("run state", Text.of(shown, "runState"));
        table.row("qemu", Text.of(shown, "qemu") + ", " + process(shown));
        table.row("uuid", Text.of(shown, "uuid"));
        table.row("socket", Text.of(shown, "socket"));
        table.row("incarnation", Text.of(shown, "incarnation") + " since " + Text.of(shown, "incarnationSince"));
        table.row("resettable", shown.path("resettable").asBoolean() ? "yes" : "no");
        var blind = shown.path("blind");
        table.row("blind", Text.of(blind, "seconds") + " s in " + Text.of(blind, "intervals") + " intervals");
        shown.path("launch")
                .properties()
                .forEach(entry -> table.row(entry.getKey(), Text.of(shown.path("launch"), entry.getKey())));
        table.print(console);
    }

    private static String process(JsonNode shown) {
        return shown.path("processSeen").asBoolean(true)
                ? "pid " + Text.of(shown, "pid")
                : "its process cannot be seen: command line, firmware, descriptors and bundle are unknown";
    }

    private void hazards(JsonNode hazards) {
        for (var hazard : hazards) {
            console.line("hazard %s (%s): %s %s"
                    .formatted(
                            Text.of(hazard, "id"),
                            effect(hazard),
                            Text.of(hazard, "consequence"),
                            Text.of(hazard, "cure")));
        }
    }

    private static String effect(JsonNode hazard) {
        if (!hazard.path("stops").asBoolean()) {
            return "for information";
        }
        return hazard.path("forceable").asBoolean() ? "stops a reset" : "stops a reset, cannot be forced";
    }

    private void resets(JsonNode resets) {
        if (resets.isEmpty()) {
            return;
        }
        console.line("");
        var table = new Table();
        table.row("RESET", "REQUESTED AT", "ORIGIN", "VERDICT", "LEVEL", "SUMMARY");
        for (var reset : resets) {
            table.row(
                    Text.of(reset, "id"),
                    Text.of(reset, "requestedAt"),
                    Text.of(reset, "origin"),
                    Text.maybe(reset, "verdict").orElse("open"),
                    Text.of(reset, "level"),
                    Text.of(reset, "summary"));
        }
        table.print(console);
    }
}
