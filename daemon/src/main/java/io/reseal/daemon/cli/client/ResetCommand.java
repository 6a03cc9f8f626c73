package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.PlanDocument;
import io.reseal.daemon.api.ResetRequestDocument;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.HazardId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reseal reset}. */
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "Resets a guest, and waits until that is proven or has failed.",
        footer = {
            "",
            "Example: reseal reset web-1 --prove rebuilt --within 30s --reason 'new kernel'",
            "A QEMU that does not answer in the time allowed what is asked before the reset is not reset, nor later.",
            "While a reboot of the guest is open the request waits for the end of that, within the time allowed.",
            "When the time allowed is over and QEMU has not answered yet, the command ends with 4 and tells the id of the reset,",
            "which stays open. Interrupting the command does not stop the reset."
        })
public final class ResetCommand implements Callable<Integer> {
    /** The daemon's policy decides, and answers when that time is over: this is for a daemon that does not. */
    private static final Duration LONG_POLICY = Duration.ofHours(1);

    private static final int CONFLICT = 409;

    private final Console console;

    @Parameters(paramLabel = "GUEST", description = DaemonOptions.GUEST)
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

    public ResetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var client = daemon.connect(console)) {
            var path = "/v1/guests/" + DaemonOptions.encoded(guest) + "/resets";
            var answer = client.post(path, Json.text(body()), within.orElse(LONG_POLICY));
            if (daemon.json() && answer.status() == CONFLICT && answer.problem().is("refused")) {
                answer.problem().reset().ifPresent(console::json);
            }
            return (dryRun ? plan(answer) : follow(client, answer)).code();
        }
    }

    private ResetRequestDocument body() {
        return new ResetRequestDocument(
                reason,
                dryRun,
                prove.map(Level::text),
                within.map(Durations::text),
                key,
                force.stream().map(HazardId::text).toList());
    }

    private ExitCode follow(AdminClient client, ApiResponse answer) {
        return new ResetFollower(client, console, daemon.json()).untilClosed(answer);
    }

    private ExitCode plan(ApiResponse answer) {
        var plan = answer.require(PlanDocument.class);
        if (daemon.json()) {
            console.document(answer.body());
        } else {
            console.line(plan.guest() + (plan.resettable() ? " would be reset" : " would not be reset"));
            plan.hazards()
                    .forEach(hazard ->
                            console.line("hazard " + hazard.id() + ": " + hazard.consequence() + " " + hazard.cure()));
            plan.sends().forEach(command -> console.line("sends " + command));
            plan.shows().forEach(level -> console.line("shows " + level));
        }
        return plan.resettable() ? ExitCode.OK : ExitCode.REFUSED;
    }
}
