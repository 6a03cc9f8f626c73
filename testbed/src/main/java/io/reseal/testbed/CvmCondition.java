package io.reseal.testbed;

import io.reseal.testbed.QemuCondition.Requirement;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only where the simulated platform can be compiled. */
final class CvmCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return FakeCvmLibrary.obstacle()
                .map(reason -> Requirement.unmet(reason, Places.set("RESEAL_REQUIRE_QEMU")))
                .orElseGet(Requirement::met);
    }
}
