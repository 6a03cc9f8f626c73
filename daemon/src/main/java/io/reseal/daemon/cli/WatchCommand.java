package io.reseal.daemon.cli;

import io.reseal.daemon.feed.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code reseal watch}. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Prints a line for everything that happens, until interrupted; survives restarts of the daemon.",
        footer = {"", "Example: reseal watch --json | jq 'select(.type == \"reset-closed\")'"})
final class WatchCommand implements Callable<Integer> {
    private static final long RETRY_MILLIS = 500;

    private final Console console;
    private String lastId = "";

    @Mixin
    private DaemonOptions daemon = new DaemonOptions();

    WatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var client = daemon.connect(console)) {
            var events = client.events("/v1/events", lastId);
            // a reader that went away, such as head, shows as an error of standard output
            while (!console.out().checkError()) {
                switch (events.next()) {
                    case SseReader.Line.Data(var id, var json) -> {
                        lastId = id;
                        print(json);
                    }
                    case SseReader.Line.End(var status, var id) -> {
                        requireStream(status);
                        lastId = id.isEmpty() ? lastId : id;
                        console.error("connection to the daemon was lost: waiting for it");
                        events = again(client);
                        console.error("connected again");
                    }
                }
            }
            return ExitCode.OK.code();
        }
    }

    private static void requireStream(int status) {
        if (status != 0 && status != 200) {
            new ApiResponse(status, "{}").require();
        }
    }

    private SseReader again(AdminClient client) throws InterruptedException {
        while (true) {
            Thread.sleep(RETRY_MILLIS);
            try {
                return client.events("/v1/events", lastId);
            } catch (CliException notThereYet) {
                // a daemon that restarts needs its time
            }
        }
    }

    private void print(String json) {
        var event = Json.MAPPER.readTree(json);
        if (daemon.json()) {
            console.json(event);
        } else if (Text.of(event, "type").equals("gap")) {
            console.error("some events were lost here: look with `reseal guests`");
        } else {
            console.line(Text.of(event, "at") + "  " + Text.of(event, "guest") + "  "
                    + what(Text.of(event, "type"), event.path("payload")));
        }
    }

    private static String what(String type, JsonNode payload) {
        return switch (type) {
            case "guest-changed" -> guest(payload);
            case "guest-forgotten" -> "forgotten";
            case "guest-ended" -> "ended (" + Text.of(payload, "how") + "): " + Text.of(payload, "detail");
            case "reset-opened" ->
                "reset " + Text.of(payload, "id") + " opened, origin " + Text.of(payload, "origin") + ": "
                        + Text.of(payload, "reason");
            case "evidence" -> evidence(Text.of(payload, "reset"), payload.path("evidence"));
            case "level-proven" ->
                "reset " + Text.of(payload, "reset") + " shows " + Text.of(payload, "level") + " after "
                        + Text.of(payload, "seconds") + " s";
            case "reset-closed" ->
                "reset " + Text.of(payload, "id") + " " + Text.of(payload, "verdict")
                        + Text.maybe(payload, "level")
                                .map(level -> ", level " + level)
                                .orElse("") + ": "
                        + Text.of(payload, "summary");
            case "launch-changed" -> launchChanged(payload);
            case "qmp-event" ->
                "QMP event " + Text.of(payload, "event")
                        + Text.maybe(payload, "detail")
                                .map(detail -> ": " + detail)
                                .orElse("");
            default -> type;
        };
    }

    private static String launchChanged(JsonNode payload) {
        var details = payload.path("changes")
                .valueStream()
                .map(change -> Text.of(change, "detail"))
                .toList();
        return Text.maybe(payload, "reset").map(id -> "reset " + id).orElse("a reset") + " changed the launch: "
                + String.join("; ", details);
    }

    private static String guest(JsonNode guest) {
        return Text.of(guest, "state")
                + Text.maybe(guest, "runState").map(state -> ", " + state).orElse("")
                + Text.maybe(guest, "kind").map(kind -> ", " + kind).orElse("")
                + Text.maybe(guest, "stateDetail").map(detail -> ": " + detail).orElse("");
    }

    private static String evidence(String reset, JsonNode evidence) {
        return "reset " + reset + " " + Text.of(evidence, "outcome")
                + Text.maybe(evidence, "level").map(level -> " " + level).orElse("") + ": "
                + Text.of(evidence, "detail");
    }
}
