package io.reseal.daemon.cli;

import io.reseal.daemon.feed.Json;
import io.reseal.policy.Durations;
import io.reseal.policy.HazardId;
import io.reseal.policy.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code reseal reset}. */
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "Resets a guest, and waits until that is proven or has failed.",
        footer = {
            "",
            "Example: reseal reset web-1 --prove rebuilt --within 30s --reason 'new kernel'",
            "A QEMU that does not answer in the time allowed what is asked before the reset is not reset, nor later.",
            "While the guest reboots by itself the request waits for the end of that, within the time allowed.",
            "When the time allowed is over and QEMU has not answered yet, the command ends with 4 and tells the id of the reset,",
            "which stays open. Interrupting the command does not stop the reset."
        })
final class ResetCommand implements Callable<Integer> {
    /** The daemon's policy decides, and answers when that time is over: this is for a daemon that does not. */
    private static final Duration LONG_POLICY = Duration.ofHours(1);

    private final Console console;

    @Parameters(paramLabel = "GUEST", description = GuestReference.DESCRIPTION)
    private String guest = "";

    @Option(names = "--prove", paramLabel = "LEVEL", description = "wanted level; else the guest's policy decides")
    private Optional<Level> prove = Optional.empty();

    @Option(names = "--within", paramLabel = "DURATION", description = "time allowed, such as 30s; else the policy's")
    private Optional<Duration> within = Optional.empty();

    @Option(names = "--reason", paramLabel = "TEXT", description = "for the record")
    private String reason = "";

    @Option(names = "--force", paramLabel = "HAZARD", description = "overrides this hazard; may be given again")
    private List<HazardId> force = List.of();

    @Option(names = "--dry-run", description = "judges and tells what would be sent, but sends nothing")
    private boolean dryRun;

    @Option(names = "--key", paramLabel = "KEY", description = "asked again with the same key, it is the same reset")
    private Optional<String> key = Optional.empty();

    @Mixin
    private DaemonOptions daemon = new DaemonOptions();

    ResetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var client = daemon.connect(console)) {
            var path = "/v1/guests/" + DaemonOptions.encoded(guest) + "/resets";
            var answer = client.post(path, body(), within.orElse(LONG_POLICY));
            if (daemon.json() && answer.json().path("type").asString("").endsWith(":refused")) {
                console.json(answer.json().path("reset"));
            }
            var document = answer.require();
            return (dryRun ? plan(document) : new Following(client, console, daemon.json()).untilClosed(document))
                    .code();
        }
    }

    private String body() {
        var json = Json.object().put("reason", reason).put("dryRun", dryRun);
        prove.ifPresent(level -> json.put("prove", level.text()));
        within.ifPresent(time -> json.put("within", Durations.text(time)));
        key.ifPresent(text -> json.put("key", text));
        var forced = json.putArray("force");
        force.forEach(hazard -> forced.add(hazard.text()));
        return Json.text(json);
    }

    private ExitCode plan(JsonNode plan) {
        boolean resettable = plan.path("resettable").asBoolean();
        if (daemon.json()) {
            console.json(plan);
        } else {
            console.line(Text.of(plan, "guest") + (resettable ? " would be reset" : " would not be reset"));
            plan.path("hazards")
                    .forEach(hazard -> console.line("hazard " + Text.of(hazard, "id") + ": "
                            + Text.of(hazard, "consequence") + " " + Text.of(hazard, "cure")));
            plan.path("sends").forEach(command -> console.line("sends " + command.asString()));
            plan.path("shows").forEach(level -> console.line("shows " + level.asString()));
        }
        return resettable ? ExitCode.OK : ExitCode.REFUSED;
    }
}
