package io.reseal.daemon.cli;

import io.reseal.daemon.cli.arguments.ArgumentException;
import io.reseal.daemon.cli.arguments.CommandGroup;
import io.reseal.daemon.cli.arguments.HelpText;
import io.reseal.daemon.cli.arguments.ParsedCommand;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.client.GuestsCommand;
import io.reseal.daemon.cli.client.ResetCommand;
import io.reseal.daemon.cli.client.ShowCommand;
import io.reseal.daemon.cli.client.WatchCommand;
import io.reseal.daemon.cli.measure.FirmwareMeasureCommand;
import io.reseal.daemon.cli.measure.IgvmInspectCommand;
import io.reseal.daemon.cli.measure.IgvmMeasureCommand;
import io.reseal.daemon.cli.report.ReportInspectCommand;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The command line. For one thread. */
public final class Cli {
    private static final String NAME = "reseal";

    private final Console console;
    private final Supplier<String> version;
    private final CommandGroup root;

    /**
     * @param version what {@code --version} says
     * @param daemon what {@code run} runs with the configuration file that was named; gives the exit code
     */
    public Cli(Supplier<String> version, ToIntFunction<Optional<Path>> daemon, Console console) {
        this.console = console;
        this.version = version;
        this.root = new CommandGroup(new Syntax(
                        "Resets of confidential QEMU guests: asked for, watched, proven and counted.",
                        "",
                        "Example: reseal reset web-1 --prove rebuilt --within 30s --reason 'new kernel'")
                .command("run", () -> new RunCommand(daemon))
                .command("guests", () -> new GuestsCommand(console))
                .command("show", () -> new ShowCommand(console))
                .command("reset", () -> new ResetCommand(console))
                .command("watch", () -> new WatchCommand(console))
                .command("config", () -> config(console))
                .command("igvm", () -> igvm(console))
                .command("firmware", () -> firmware(console))
                .command("report", () -> report(console)));
    }

    private static CommandGroup config(Console console) {
        return group("Works on configuration files.", "reseal config check reseal.yaml")
                .with("check", () -> new ConfigCheckCommand(console));
    }

    private static CommandGroup igvm(Console console) {
        return group("Reads IGVM bundles.", "reseal igvm inspect OVMF.igvm")
                .with("inspect", () -> new IgvmInspectCommand(console))
                .with("measure", () -> new IgvmMeasureCommand(console));
    }

    private static CommandGroup firmware(Console console) {
        return group(
                        "Reads firmware images that are launched without IGVM.",
                        "reseal firmware measure OVMF.fd --kind sev-snp --vcpus 4")
                .with("measure", () -> new FirmwareMeasureCommand(console));
    }

    private static CommandGroup report(Console console) {
        return group("Reads attestation reports and quotes.", "reseal report inspect report.bin")
                .with("inspect", () -> new ReportInspectCommand(console));
    }

    private static CommandGroup group(String description, String example) {
        return new CommandGroup(new Syntax(description, "", "Example: " + example));
    }

    /** Runs one command and returns its exit code. */
    public int run(String... arguments) {
        var line = ParsedCommand.read(NAME, root, arguments);
        try {
            return run(line);
        } catch (ArgumentException wrong) {
            console.error(wrong.getMessage() + " (see `" + line.path() + " --help`)");
            return ExitCode.USAGE.code();
        } catch (CliException told) {
            console.error(told.line());
            return told.exit().code();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL.code();
        } catch (RuntimeException failure) {
            console.error("internal error in `" + line.path() + "`: " + failure + ": please report it");
            return ExitCode.INTERNAL.code();
        }
    }

    private int run(ParsedCommand line) throws InterruptedException {
        if (line.helpAsked()) {
            console.out().print(HelpText.of(line.path(), line.command(), exitCodes()));
            console.out().flush();
            return ExitCode.OK.code();
        }
        if (line.versionAsked()) {
            console.line(NAME + " " + version.get());
            return ExitCode.OK.code();
        }
        line.check();
        return line.command().run();
    }

    /** Every command's help has them: scripts are written from it. */
    private static Map<String, String> exitCodes() {
        var codes = new TreeMap<String, String>();
        for (var code : ExitCode.values()) {
            codes.merge(String.valueOf(code.code()), code.meaning(), (one, other) -> one + "; " + other);
        }
        return codes;
    }
}
