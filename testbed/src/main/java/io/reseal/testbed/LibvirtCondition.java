package io.reseal.testbed;

import io.reseal.testbed.QemuCondition.Requirement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only where a libvirt of its own can be started. */
final class LibvirtCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return lack(List.of("virsh", "--version"), "virsh does not run: apt-get install libvirt-clients")
                .or(() -> lack(
                        List.of("libvirtd", "--version"),
                        "libvirtd does not run: apt-get install libvirt-daemon libvirt-daemon-driver-qemu"))
                .or(() -> lack(
                        List.of("unshare", "--mount", "--pid", "--net", "--fork", "true"),
                        "namespaces cannot be made: run the test as root"))
                .map(reason -> Requirement.unmet(reason, Places.set("RESEAL_REQUIRE_QEMU")))
                .orElseGet(Requirement::met);
    }

    private static Optional<String> lack(List<String> command, String reason) {
        try {
            return Tool.run(command).exitCode() == 0 ? Optional.empty() : Optional.of(reason);
        } catch (IOException missing) {
            return Optional.of(reason);
        }
    }
}
