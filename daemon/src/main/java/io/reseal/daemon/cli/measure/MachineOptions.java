package io.reseal.daemon.cli.measure;

import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.ArgumentException;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.ArgumentTypes;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import java.util.function.Function;

/** The machine for which an SNP launch digest holds. */
final class MachineOptions {
    private static final String DEFAULT_MODEL = "EPYC";

    private final Argument<Integer> vcpus;
    private final Argument<String> signature;
    private final Argument<String> model;
    private final Argument<Boolean> reset;

    MachineOptions(Syntax syntax) {
        this.vcpus = syntax.option("--vcpus", "N", "how many vCPUs it has (default: 1)", ArgumentTypes::number);
        this.signature = syntax.option(
                "--cpu-signature",
                "HEX",
                "CPUID(1).EAX of its vCPUs (default: 0x800f12, which is EPYC)",
                Function.identity());
        this.model = syntax.option(
                "--cpu-model", "MODEL", "the same by QEMU's name, such as EPYC-Genoa", Function.identity());
        this.reset = syntax.flag(
                "--reset",
                "also the digests at a reset while vCPUs have interrupts enabled, as in a running guest"
                        + " that is reset from outside (SEV-SNP)");
    }

    /** Whether digests of resets are asked for, beside that of QEMU's start. */
    boolean reset() {
        return reset.given();
    }

    Machine machine() {
        int count = vcpus.value().orElse(1);
        if (count < 1 || count > Machine.MOST_VCPUS) {
            throw new ArgumentException("--vcpus must be 1 to " + Machine.MOST_VCPUS + ", but is `" + count + "`");
        }
        return new Machine(count, signature());
    }

    private CpuSignature signature() {
        if (signature.given() && model.given()) {
            throw new ArgumentException("--cpu-signature and --cpu-model say the same: give one of them");
        }
        return signature
                .value()
                .map(MachineOptions::signature)
                .orElseGet(() -> ofModel(model.value().orElse(DEFAULT_MODEL)));
    }

    private static CpuSignature signature(String text) {
        return CpuSignature.parse(text)
                .orElseThrow(() -> new ArgumentException(
                        "--cpu-signature must be 0x and up to 8 hexadecimal digits, but is `" + text + "`"));
    }

    private static CpuSignature ofModel(String name) {
        return CpuSignature.ofModel(name)
                .orElseThrow(() -> new ArgumentException("--cpu-model must be one of " + CpuSignature.models()
                        + ", but is `" + name + "`; for others give --cpu-signature"));
    }
}
