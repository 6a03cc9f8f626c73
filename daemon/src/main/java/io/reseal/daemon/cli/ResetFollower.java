package io.reseal.daemon.cli;

import io.reseal.policy.Durations;
import io.reseal.policy.reset.EvidenceKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Follows one reset to its verdict. For one thread. */
final class ResetFollower {
    // the longest that new evidence waits to be shown; the verdict itself ends a wait at once
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final double MILLIS = 1000.0;

    private final AdminClient client;
    private final Console console;
    private final boolean json;
    private int shown;

    ResetFollower(AdminClient client, Console console, boolean json) {
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
        long since = System.nanoTime();
        while (isOpen(reset) && !isLate(reset) && System.nanoTime() - since < longest(reset)) {
            reset = look(id, STEP);
            progress(reset);
        }
        if (isOpen(reset)) {
            // the verdict follows the evidence of the deadline at once, if it comes
            reset = look(id, MOMENT);
            progress(reset);
        }
        return reset;
    }

    private static boolean isOpen(JsonNode reset) {
        return Text.of(reset, "state").equals("open");
    }

    /** The time allowed has run out, and the reset stays open: QEMU may answer in a moment, or in minutes. */
    private static boolean isLate(JsonNode reset) {
        return reset.path("evidence")
                .valueStream()
                .anyMatch(found -> Text.of(found, "kind").equals(EvidenceKind.DEADLINE.text()));
    }

    /** A daemon that says nothing of the time that ran out is not waited for without end either. */
    private static long longest(JsonNode reset) {
        return Text.maybe(reset, "within")
                .flatMap(Durations::parse)
                .filter(within -> within.compareTo(Duration.ofDays(36_500)) < 0)
                .map(within -> within.plus(GRACE).toNanos())
                .orElse(Long.MAX_VALUE);
    }

    private JsonNode look(String id, Duration wait) {
        try {
            return client.get("/v1/resets/" + DaemonOptions.encoded(id) + "?wait=" + Durations.text(wait), wait)
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
        if (isOpen(reset)) {
            return staysOpen(reset);
        }
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

    private ExitCode staysOpen(JsonNode reset) {
        var guest = Text.of(reset, "guest");
        var said = guest + ": open (reset " + Text.of(reset, "id")
                + "): the time allowed ran out, and it is not judged yet: it stays open, look with `reseal show "
                + guest + "`";
        if (json) {
            console.json(reset);
            console.error(said);
        } else {
            console.line(said);
        }
        return ExitCode.UNPROVEN;
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
