package io.reseal.testbed;

import io.reseal.testbed.QemuCondition.Requirement;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only where QEMU 10 is. */
final class OldQemuCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (QemuBinary.findOld()) {
            case QemuBinary.Found _ -> Requirement.met();
            case QemuBinary.Missing(var reason) -> Requirement.unmet(reason, Places.set("RESEAL_REQUIRE_QEMU"));
        };
    }
}
