package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.ResetDocument;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.daemon.cli.terminal.Text;
import io.reseal.policy.Durations;
import io.reseal.policy.reset.EvidenceKind;
import java.time.Duration;
import java.util.Optional;

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
    private String latest = "";

    ResetFollower(AdminClient client, Console console, boolean json) {
        this.client = client;
        this.console = console;
        this.json = json;
    }

    /** @param answer the reset that was begun */
    ExitCode untilClosed(ApiResponse answer) {
        latest = answer.body();
        var begun = answer.require(ResetDocument.class);
        var leaving = new Thread(() -> console.error("the reset goes on without this command: its id is " + begun.id()
                + ", look with `reseal show " + begun.guest() + "`"));
        Runtime.getRuntime().addShutdownHook(leaving);
        try {
            return conclude(follow(begun));
        } finally {
            removeQuietly(leaving);
        }
    }

    private ResetDocument follow(ResetDocument begun) {
        var reset = begun;
        progress(reset);
        long since = System.nanoTime();
        while (reset.open() && !isLate(reset) && System.nanoTime() - since < longest(reset)) {
            reset = look(begun.id(), STEP);
            progress(reset);
        }
        if (reset.open()) {
            // the verdict follows the evidence of the deadline at once, if it comes
            reset = look(begun.id(), MOMENT);
            progress(reset);
        }
        return reset;
    }

    /** The time allowed has run out, and the reset stays open: QEMU may answer in a moment, or in minutes. */
    private static boolean isLate(ResetDocument reset) {
        return reset.evidence().stream().anyMatch(found -> found.kind().equals(EvidenceKind.DEADLINE.text()));
    }

    /** A daemon that says nothing of the time that ran out is not waited for without end either. */
    private static long longest(ResetDocument reset) {
        return Durations.parse(reset.within())
                .filter(within -> within.compareTo(Duration.ofDays(36_500)) < 0)
                .map(within -> within.plus(GRACE).toNanos())
                .orElse(Long.MAX_VALUE);
    }

    private ResetDocument look(String id, Duration wait) {
        try {
            var path = "/v1/resets/" + DaemonOptions.encoded(id) + "?wait=" + Durations.text(wait);
            var answer = client.get(path, wait);
            latest = answer.body();
            return answer.require(ResetDocument.class);
        } catch (CliException lost) {
            throw new CliException(
                    lost.exit(), "reset " + id + " can be followed no longer, but may go on: " + lost.line());
        }
    }

    private void progress(ResetDocument reset) {
        var evidence = reset.evidence();
        for (; !json && shown < evidence.size(); shown++) {
            var found = evidence.get(shown);
            console.line(Text.of(found.at()) + "  " + found.outcome()
                    + found.level().map(level -> " " + level).orElse("") + ": " + found.detail());
        }
    }

    private ExitCode conclude(ResetDocument reset) {
        if (reset.open()) {
            return staysOpen(reset);
        }
        var verdict = Text.of(reset.verdict());
        if (json) {
            console.document(latest);
        } else {
            var level = reset.level().map(text -> ", level " + text).orElse("");
            var took = took(reset).map(seconds -> " after " + seconds + " s").orElse("");
            console.line(reset.guest() + ": " + verdict + level + took + " (reset " + reset.id() + "): "
                    + Text.of(reset.summary()));
        }
        return ExitCode.ofVerdict(verdict);
    }

    private ExitCode staysOpen(ResetDocument reset) {
        var guest = reset.guest();
        var said = guest + ": open (reset " + reset.id()
                + "): the time allowed ran out, and it is not judged yet: it stays open, look with `reseal show "
                + guest + "`";
        if (json) {
            console.document(latest);
            console.error(said);
        } else {
            console.line(said);
        }
        return ExitCode.UNPROVEN;
    }

    private static Optional<Double> took(ResetDocument reset) {
        return reset.closedAt()
                .map(closed -> Duration.between(reset.requestedAt(), closed).toMillis() / MILLIS);
    }

    private static void removeQuietly(Thread leaving) {
        try {
            Runtime.getRuntime().removeShutdownHook(leaving);
        } catch (IllegalStateException shuttingDown) {
            // it runs already
        }
    }
}
