package io.reseal.testbed;

import io.reseal.testbed.QemuCondition.Requirement;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only where KVM is. */
final class KvmCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return QemuBinary.kvmUsable()
                ? Requirement.met()
                : Requirement.unmet("no /dev/kvm that may be opened", Places.set("RESEAL_REQUIRE_QEMU"));
    }
}
