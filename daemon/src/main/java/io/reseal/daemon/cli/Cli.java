package io.reseal.daemon.cli;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.cli.client.GuestsCommand;
import io.reseal.daemon.cli.client.ResetCommand;
import io.reseal.daemon.cli.client.ShowCommand;
import io.reseal.daemon.cli.client.WatchCommand;
import io.reseal.daemon.cli.measure.FirmwareMeasureCommand;
import io.reseal.daemon.cli.measure.IgvmInspectCommand;
import io.reseal.daemon.cli.measure.IgvmMeasureCommand;
import io.reseal.daemon.cli.measure.Measurable;
import io.reseal.daemon.cli.report.ReportInspectCommand;
import io.reseal.daemon.cli.terminal.ArgumentTypes;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.HazardId;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The command line. For one thread. */
public final class Cli {
    private final Console console;
    private final CommandLine root;

    /**
     * @param version what {@code --version} says
     * @param daemon what {@code run} runs with the configuration file that was named; gives the exit code
     */
    public Cli(String version, ToIntFunction<Optional<Path>> daemon, Console console) {
        this.console = console;
        this.root = CommandGroup.of(
                "reseal",
                "Resets of confidential QEMU guests: asked for, watched, proven and counted.",
                "reseal reset web-1 --prove rebuilt --within 30s --reason 'new kernel'");
        root.getCommandSpec().version("reseal " + version);
        var config = CommandGroup.of("config", "Works on configuration files.", "reseal config check reseal.yaml");
        config.addSubcommand("check", new ConfigCheckCommand(console));
        root.addSubcommand("run", new RunCommand(daemon))
                .addSubcommand("guests", new GuestsCommand(console))
                .addSubcommand("show", new ShowCommand(console))
                .addSubcommand("reset", new ResetCommand(console))
                .addSubcommand("watch", new WatchCommand(console))
                .addSubcommand("config", config)
                .addSubcommand("igvm", igvm(console))
                .addSubcommand("firmware", firmware(console))
                .addSubcommand("report", report(console));
        converters();
        root.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler(this::badArguments);
        root.setExecutionExceptionHandler(this::failed);
        describe(root);
    }

    private static CommandLine igvm(Console console) {
        return CommandGroup.of("igvm", "Reads IGVM bundles.", "reseal igvm inspect OVMF.igvm")
                .addSubcommand("inspect", new IgvmInspectCommand(console))
                .addSubcommand("measure", new IgvmMeasureCommand(console));
    }

    private static CommandLine firmware(Console console) {
        return CommandGroup.of(
                        "firmware",
                        "Reads firmware images that are launched without IGVM.",
                        "reseal firmware measure OVMF.fd --kind sev-snp --vcpus 4")
                .addSubcommand("measure", new FirmwareMeasureCommand(console));
    }

    private static CommandLine report(Console console) {
        return CommandGroup.of("report", "Reads attestation reports and quotes.", "reseal report inspect report.bin")
                .addSubcommand("inspect", new ReportInspectCommand(console));
    }

    /** Runs one command and returns its exit code. */
    public int run(String... arguments) {
        return root.execute(arguments);
    }

    private void converters() {
        root.registerConverter(Level.class, text -> ArgumentTypes.parse(Level.class, text));
        root.registerConverter(Measurable.class, text -> ArgumentTypes.parse(Measurable.class, text));
        root.registerConverter(HazardId.class, text -> ArgumentTypes.parse(HazardId.class, text));
        root.registerConverter(Duration.class, ArgumentTypes::duration);
        root.registerConverter(Path.class, Utf8Path::of);
    }

    /** Every command's help has the exit codes: scripts are written from it. */
    private static void describe(CommandLine command) {
        var codes = Arrays.stream(ExitCode.values())
                .collect(Collectors.toMap(
                        code -> String.valueOf(code.code()),
                        ExitCode::meaning,
                        (one, other) -> one + "; " + other,
                        TreeMap::new));
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(codes);
        command.getSubcommands().values().forEach(Cli::describe);
    }

    private int badArguments(CommandLine.ParameterException wrong, String[] arguments) {
        var complaint = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("bad arguments");
        var nearest = wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream().findFirst().map(word -> "; did you mean `" + word + "`?")
                : Optional.<String>empty();
        var command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        console.error(complaint + nearest.orElse("") + " (see `" + command + " --help`)");
        return ExitCode.USAGE.code();
    }

    private int failed(Exception failure, CommandLine command, ParseResult arguments) {
        if (failure instanceof CliException told) {
            console.error(told.line());
            return told.exit().code();
        }
        console.error("internal error in `" + command.getCommandSpec().qualifiedName() + "`: " + failure
                + ": please report it");
        return ExitCode.INTERNAL.code();
    }
}
