package io.reseal.testbed.junit;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a test only where all is met that it {@link Requires}; JUnit asks for its class and for its method. */
final class RequiresCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), Requires.class).stream()
                .flatMap(requires -> lacks(requires.value()))
                .findFirst()
                .map(reason -> unmet(reason, TestbedPaths.set("RESEAL_REQUIRE_QEMU")))
                .orElseGet(() -> ConditionEvaluationResult.enabled("all that is required is here"));
    }

    private static Stream<String> lacks(Requirement... requirements) {
        return Arrays.stream(requirements).flatMap(each -> each.lack().stream());
    }

    /** JUnit fails the test when a condition throws, and that is what a required but missing QEMU is to do. */
    static ConditionEvaluationResult unmet(String reason, Optional<String> required) {
        if (required.filter("1"::equals).isPresent()) {
            throw new TestbedException("RESEAL_REQUIRE_QEMU=1, but: " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
