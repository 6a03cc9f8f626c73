package io.reseal.daemon.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Follows one reset to its verdict. For one thread. */
final class Following {
    // the longest that new evidence waits to be shown; the verdict itself ends a wait at once
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final double MILLIS = 1000.0;

    private final AdminClient client;
    private final Console console;
    private final boolean json;
    private int shown;

    Following(AdminClient client, Console console, boolean json) {
        this.client = client;
        this.console = console;
        this.json = json;
    }

    ExitCode untilClosed(JsonNode begun) {
        var id = Text.of(begun, "id");
        var leaving = new Thread(() -> console.error("the reset goes on without this command: its id is " + id
                + ", look with `reseal show " + Text.of(begun, "guest") + "`"));
        Runtime.getRuntime().addShutdownHook(leaving);
        try {
            return conclude(follow(begun, id));
        } finally {
            removeQuietly(leaving);
        }
    }

    private JsonNode follow(JsonNode begun, String id) {
        var reset = begun;
        progress(reset);
        while (Text.of(reset, "state").equals("open")) {
            reset = look(id);
            progress(reset);
        }
        return reset;
    }

    private JsonNode look(String id) {
        try {
            return client.get("/v1/resets/" + DaemonOptions.encoded(id) + "?wait=" + STEP.toSeconds() + "s", STEP)
                    .require();
        } catch (CliException lost) {
            throw new CliException(
                    lost.exit(), "reset " + id + " can be followed no longer, but may go on: " + lost.line());
        }
    }

    private void progress(JsonNode reset) {
        var evidence = reset.path("evidence");
        for (; !json && shown < evidence.size(); shown++) {
            var found = evidence.get(shown);
            console.line(Text.of(found, "at") + "  " + Text.of(found, "outcome")
                    + Text.maybe(found, "level").map(level -> " " + level).orElse("") + ": "
                    + Text.of(found, "detail"));
        }
    }

    private ExitCode conclude(JsonNode reset) {
        if (json) {
            console.json(reset);
        } else {
            var level =
                    Text.maybe(reset, "level").map(text -> ", level " + text).orElse("");
            var took = took(reset).map(seconds -> " after " + seconds + " s").orElse("");
            console.line(Text.of(reset, "guest") + ": " + Text.of(reset, "verdict") + level + took + " (reset "
                    + Text.of(reset, "id") + "): " + Text.of(reset, "summary"));
        }
        return ExitCode.ofVerdict(Text.of(reset, "verdict"));
    }

    private static Optional<Double> took(JsonNode reset) {
        return Text.maybe(reset, "closedAt")
                .flatMap(closed -> Text.maybe(reset, "requestedAt")
                        .map(asked -> Duration.between(Instant.parse(asked), Instant.parse(closed))))
                .map(took -> took.toMillis() / MILLIS);
    }

    private static void removeQuietly(Thread leaving) {
        try {
            Runtime.getRuntime().removeShutdownHook(leaving);
        } catch (IllegalStateException shuttingDown) {
            // it runs already
        }
    }
}
