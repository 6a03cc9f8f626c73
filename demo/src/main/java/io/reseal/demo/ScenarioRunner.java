package io.reseal.demo;

import static io.reseal.demo.Narrator.text;

import io.reseal.demo.Screen.Look;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ChildProcess;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Runs scenarios, and keeps how they ended. Confined to one thread. */
final class ScenarioRunner {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Screen screen;
    private final Narrator narrator;
    private final ResealDaemon daemon;
    private final DemoGuests guests;
    private final BlockingQueue<JsonNode> events;
    private final List<String> surprises = new ArrayList<>();

    ScenarioRunner(Screen screen, ResealDaemon daemon, DemoGuests guests, BlockingQueue<JsonNode> events) {
        this.screen = screen;
        this.narrator = new Narrator(screen);
        this.daemon = daemon;
        this.guests = guests;
        this.events = events;
    }

    /** What was not as it should be, in words. */
    List<String> surprises() {
        return List.copyOf(surprises);
    }

    /** Waits until the daemon watches every guest. */
    void awaitWatched() throws InterruptedException {
        var awaited = new HashSet<String>();
        guests.all().forEach(guest -> awaited.add(guest.name()));
        while (!awaited.isEmpty()) {
            var event = poll(String.join(" and ", awaited));
            if (text(event.path("payload"), "state").equals("watching")) {
                awaited.remove(text(event, "guest"));
            }
        }
    }

    void run(int number, Scenario scenario) throws InterruptedException {
        screen.blank();
        screen.rule(number + ". " + scenario.title());
        screen.prose(scenario.introduction());
        screen.blank();
        scenario.before().accept(guests.named(scenario.guest()));
        var command = begin(scenario);
        var reset = follow(scenario.guest());
        command.ifPresent(this::tellExit);
        if (!scenario.lesson().isEmpty()) {
            screen.blank();
            screen.prose(scenario.lesson());
        }
        compare(scenario, reset);
    }

    private Optional<ChildProcess> begin(Scenario scenario) {
        return switch (scenario.begin()) {
            case Scenario.Operator(var words) -> {
                screen.command("$ reseal " + Shell.line(words));
                yield Optional.of(daemon.command(words));
            }
            case Scenario.Guest _ -> {
                screen.command(scenario.guest() + "# reboot");
                guests.named(scenario.guest()).serial().send(Serial.Order.REBOOT);
                yield Optional.empty();
            }
        };
    }

    /** Tells what comes about the guest until its reset has a verdict. */
    private JsonNode follow(String guest) throws InterruptedException {
        var opened = Optional.<JsonNode>empty();
        while (true) {
            var event = next(guest);
            var payload = event.path("payload");
            switch (text(event, "type")) {
                case "reset-opened" -> opened = Optional.of(payload);
                case "evidence" ->
                    opened.ifPresent(
                            reset -> narrator.evidence(Narrator.at(reset, "requestedAt"), payload.path("evidence")));
                case "reset-closed" -> {
                    narrator.hazards(payload);
                    narrator.verdict(payload);
                    return payload;
                }
                default -> {}
            }
        }
    }

    private JsonNode next(String guest) throws InterruptedException {
        while (true) {
            var event = poll(guest);
            if (text(event, "guest").equals(guest)) {
                return event;
            }
        }
    }

    private JsonNode poll(String guests) throws InterruptedException {
        var event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new TestbedException("the daemon has said nothing about " + guests + " for " + PATIENCE.toSeconds()
                    + " s, expected news");
        }
        return event;
    }

    private void tellExit(ChildProcess command) {
        screen.line(screen.in(Look.DIM, "             exit code " + command.awaitExit(PATIENCE)));
    }

    private void compare(Scenario scenario, JsonNode reset) {
        var came = new Scenario.Ending(text(reset, "verdict"), text(reset, "level"));
        if (!came.equals(scenario.ending())) {
            surprises.add("the reset of %s ended %s, level %s; expected was %s, level %s"
                    .formatted(
                            scenario.guest(),
                            came.verdict(),
                            came.level(),
                            scenario.ending().verdict(),
                            scenario.ending().level()));
        }
    }
}
