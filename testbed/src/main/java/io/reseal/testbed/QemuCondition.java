package io.reseal.testbed;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only where QEMU is. */
final class QemuCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (QemuBinary.find()) {
            case QemuBinary.Found _ -> Requirement.met();
            case QemuBinary.Missing(var reason) -> Requirement.unmet(reason, Places.set("RESEAL_REQUIRE_QEMU"));
        };
    }

    /** What becomes of a test that lacks something. */
    static final class Requirement {
        static ConditionEvaluationResult met() {
            return ConditionEvaluationResult.enabled("all that it needs is here");
        }

        /** JUnit fails the test when a condition throws, and that is what a required but missing QEMU is to do. */
        static ConditionEvaluationResult unmet(String reason, Optional<String> required) {
            if (required.filter("1"::equals).isPresent()) {
                throw new TestbedException("RESEAL_REQUIRE_QEMU=1, but: " + reason);
            }
            return ConditionEvaluationResult.disabled(reason);
        }

        private Requirement() {}
    }
}
