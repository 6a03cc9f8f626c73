package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.PlanDocument;
import io.reseal.daemon.api.ResetRequestDocument;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.ArgumentTypes;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.HazardId;
import java.time.Duration;
import java.util.function.Function;

/** {@code reseal reset}. */
public final class ResetCommand implements Command {
    /** The daemon's policy decides, and answers when that time is over: this is for a daemon that does not. */
    private static final Duration LONG_POLICY = Duration.ofHours(1);

    private static final int CONFLICT = 409;

    private final Console console;
    private final Syntax syntax = new Syntax(
            "Resets a guest, and waits until that is proven or has failed.",
            "",
            "Example: reseal reset web-1 --prove rebuilt --within 30s --reason 'new kernel'",
            "A QEMU that does not answer in the time allowed what is asked before the reset is not reset, nor later.",
            "While a reboot of the guest is open the request waits for the end of that, within the time allowed.",
            "When the time allowed is over and QEMU has not answered yet, the command ends with 4 and tells the id of the reset,",
            "which stays open. Interrupting the command does not stop the reset.");
    private final Argument<String> guest = syntax.operand("GUEST", DaemonOptions.GUEST, Function.identity());
    private final Argument<Level> prove = syntax.option(
            "--prove",
            "LEVEL",
            "wanted level; else the guest's policy decides",
            text -> ArgumentTypes.parse(Level.class, text));
    private final Argument<Duration> within = syntax.option(
            "--within", "DURATION", "time allowed, such as 30s; else the policy's", ArgumentTypes::duration);
    private final Argument<String> reason = syntax.option("--reason", "TEXT", "for the record", Function.identity());
    private final Argument<HazardId> force = syntax.option(
                    "--force",
                    "HAZARD",
                    "overrides this hazard; may be given again",
                    text -> ArgumentTypes.parse(HazardId.class, text))
            .repeatable();
    private final Argument<Boolean> dryRun =
            syntax.flag("--dry-run", "judges and tells what would be sent, but sends nothing");
    private final Argument<String> key =
            syntax.option("--key", "KEY", "asked again with the same key, it is the same reset", Function.identity());
    private final DaemonOptions daemon = new DaemonOptions(syntax);

    public ResetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        var client = daemon.connect(console);
        var path = "/v1/guests/" + DaemonOptions.encoded(guest.get()) + "/resets";
        var answer = client.post(path, Json.text(body()), within.value().orElse(LONG_POLICY));
        if (daemon.json() && answer.status() == CONFLICT && answer.problem().is("refused")) {
            answer.problem().reset().ifPresent(console::json);
        }
        return (dryRun.given() ? plan(answer) : follow(client, answer)).code();
    }

    private ResetRequestDocument body() {
        return new ResetRequestDocument(
                reason.value().orElse(""),
                dryRun.given(),
                prove.value().map(Level::text),
                within.value().map(Durations::text),
                key.value(),
                force.values().stream().map(HazardId::text).toList());
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
