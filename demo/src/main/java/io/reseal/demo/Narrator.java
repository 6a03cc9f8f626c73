package io.reseal.demo;

import io.reseal.demo.Screen.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Says in lines what the daemon tells in events. Confined to one thread. */
final class Narrator {
    private static final int LEVEL_WIDTH = 14;
    private static final int VERDICT_COLUMN = 13;
    private static final int DETAIL_COLUMN = VERDICT_COLUMN + 2 + LEVEL_WIDTH;
    private static final double NANOS = 1e9;

    private final Screen screen;

    Narrator(Screen screen) {
        this.screen = screen;
    }

    /** A piece of evidence, with the time since the reset was opened. */
    void evidence(Instant opened, JsonNode evidence) {
        var outcome = text(evidence, "outcome");
        var look = look(outcome);
        var level = maybe(evidence, "level").orElse("");
        var head = "  " + screen.in(Look.DIM, since(opened, at(evidence, "at"))) + "  "
                + screen.in(look, sign(outcome) + " " + level + " ".repeat(Math.max(1, LEVEL_WIDTH - level.length())));
        screen.column(head, DETAIL_COLUMN, Look.PLAIN, text(evidence, "detail"));
    }

    /** Why it was refused, and what cures that. */
    void hazards(JsonNode reset) {
        if (text(reset, "verdict").equals("refused")) {
            for (var hazard : reset.path("hazards")) {
                var head = "  " + " ".repeat(VERDICT_COLUMN - 2) + screen.in(Look.BAD, sign("contradicts") + " ");
                var words =
                        "%s: %s %s".formatted(text(hazard, "id"), text(hazard, "consequence"), text(hazard, "cure"));
                screen.column(head, VERDICT_COLUMN + 2, Look.PLAIN, words);
            }
        }
    }

    /** The verdict, and in short why. */
    void verdict(JsonNode reset) {
        var verdict = text(reset, "verdict");
        var summary = text(reset, "summary");
        // "proven up to rebuilt" says the verdict itself
        boolean repeated = summary.startsWith(verdict);
        var said = verdict.toUpperCase(Locale.ROOT) + (repeated ? " " : ": ");
        var why = repeated
                ? summary.substring(verdict.length()).strip()
                : summary
                        + maybe(reset, "level")
                                .map(level -> "; shown: " + level)
                                .orElse("");
        var head = "  " + screen.in(Look.DIM, since(at(reset, "requestedAt"), at(reset, "closedAt"))) + "  "
                + screen.in(verdictLook(verdict), said);
        screen.column(head, VERDICT_COLUMN + said.length(), Look.BOLD, why);
    }

    static Look verdictLook(String verdict) {
        return switch (verdict) {
            case "proven" -> Look.GOOD;
            case "unproven" -> Look.UNSURE;
            default -> Look.BAD;
        };
    }

    private static Look look(String outcome) {
        return switch (outcome) {
            case "supports" -> Look.GOOD;
            case "contradicts" -> Look.BAD;
            default -> Look.UNSURE;
        };
    }

    private String sign(String outcome) {
        return switch (outcome) {
            case "supports" -> screen.fancy() ? "✔" : "+";
            case "contradicts" -> screen.fancy() ? "✘" : "x";
            default -> screen.fancy() ? "·" : ".";
        };
    }

    private static String since(Instant opened, Instant at) {
        return String.format(Locale.ROOT, "%+7.3f s", seconds(Duration.between(opened, at)));
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    static Instant at(JsonNode json, String member) {
        return Instant.parse(text(json, member));
    }

    static String text(JsonNode json, String member) {
        return maybe(json, member).orElse("-");
    }

    private static Optional<String> maybe(JsonNode json, String member) {
        return json.path(member).stringValueOpt();
    }
}
