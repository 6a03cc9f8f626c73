package io.reseal.daemon.cli.measure;

import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The machine for which an SNP launch digest holds. */
final class MachineOptions {
    private static final String DEFAULT_MODEL = "EPYC";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--vcpus", paramLabel = "N", description = "how many vCPUs it has (default: 1)")
    private int vcpus = 1;

    @Option(
            names = "--cpu-signature",
            paramLabel = "HEX",
            description = "CPUID(1).EAX of its vCPUs (default: 0x800f12, which is EPYC)")
    private String signature = "";

    @Option(names = "--cpu-model", paramLabel = "MODEL", description = "the same by QEMU's name, such as EPYC-Genoa")
    private String model = "";

    @Option(
            names = "--reset",
            description = "also the digests at a reset while vCPUs have interrupts enabled, as in a running guest"
                    + " that is reset from outside (SEV-SNP)")
    private boolean reset;

    /** Whether digests of resets are asked for, beside that of QEMU's start. */
    boolean reset() {
        return reset;
    }

    Machine machine() {
        if (vcpus < 1 || vcpus > Machine.MOST_VCPUS) {
            throw wrong("--vcpus must be 1 to " + Machine.MOST_VCPUS + ", but is `" + vcpus + "`");
        }
        return new Machine(vcpus, signature());
    }

    private CpuSignature signature() {
        if (!signature.isEmpty() && !model.isEmpty()) {
            throw wrong("--cpu-signature and --cpu-model say the same: give one of them");
        }
        if (!signature.isEmpty()) {
            return CpuSignature.parse(signature)
                    .orElseThrow(() -> wrong(
                            "--cpu-signature must be 0x and up to 8 hexadecimal digits, but is `" + signature + "`"));
        }
        var name = model.isEmpty() ? DEFAULT_MODEL : model;
        return CpuSignature.ofModel(name)
                .orElseThrow(() -> wrong("--cpu-model must be one of " + CpuSignature.models() + ", but is `" + model
                        + "`; for others give --cpu-signature"));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
