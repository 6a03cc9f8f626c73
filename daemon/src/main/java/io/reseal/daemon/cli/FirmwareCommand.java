package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseal firmware} without a command. */
@Command(
        name = "firmware",
        mixinStandardHelpOptions = true,
        description = "Reads firmware images that are launched without IGVM.",
        footer = {"", "Example: reseal firmware measure OVMF.fd --kind sev-snp --vcpus 4"})
final class FirmwareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: measure");
    }
}
