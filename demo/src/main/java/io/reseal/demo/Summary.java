package io.reseal.demo;

import static io.reseal.demo.Narrator.text;

import io.reseal.demo.Screen.Look;
import io.reseal.testbed.process.ResealDaemon;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What remains at the end: a table of the resets, and what a monitoring system sees of them. */
final class Summary {
    private static final Pattern COUNTED = Pattern.compile("reseal_resets_total.* [1-9].*");

    private final Screen screen;
    private final ResealDaemon daemon;

    Summary(Screen screen, ResealDaemon daemon) {
        this.screen = screen;
        this.daemon = daemon;
    }

    void tell() {
        screen.blank();
        screen.rule("What was seen");
        screen.line(screen.in(Look.DIM, row("GUEST", "ORIGIN", "VERDICT", "LEVEL", "EVIDENCE", "TOOK")));
        for (var reset :
                daemon.json("/v1/resets").path("resets").valueStream().toList().reversed()) {
            screen.line(row(reset));
        }
        screen.blank();
        screen.command("$ curl -s " + daemon.address() + "/metrics | grep 'resets_total.* [1-9]'");
        metrics().forEach(line -> screen.line("  " + line));
    }

    private String row(JsonNode reset) {
        var verdict = text(reset, "verdict");
        var took = Duration.between(Narrator.at(reset, "requestedAt"), Narrator.at(reset, "closedAt"));
        var plain = row(
                text(reset, "guest"),
                text(reset, "origin"),
                verdict,
                text(reset, "level"),
                String.valueOf(reset.path("evidence").size()),
                String.format(Locale.ROOT, "%.2f s", Narrator.seconds(took)));
        return plain.replaceFirst(verdict, screen.in(Narrator.verdictLook(verdict), verdict));
    }

    /** @param cells one for each column */
    private static String row(Object... cells) {
        return "  %-8s %-10s %-10s %-13s %-9s %s".formatted(cells);
    }

    private List<String> metrics() {
        return daemon.text("/metrics")
                .lines()
                .filter(line -> COUNTED.matcher(line).matches())
                .toList();
    }
}
