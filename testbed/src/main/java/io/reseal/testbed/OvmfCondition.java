package io.reseal.testbed;

import io.reseal.testbed.QemuCondition.Requirement;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only where OVMF is. */
final class OvmfCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        var ovmf = Brought.ovmf();
        return ovmf.path().isPresent()
                ? Requirement.met()
                : Requirement.unmet(ovmf.reason(), Places.set("RESEAL_REQUIRE_QEMU"));
    }
}
