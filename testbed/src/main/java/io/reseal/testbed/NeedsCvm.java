package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@link RealQemu} test whose guests are confidential ones on the simulated platform, which needs KVM and a C
 * compiler; skipped or failed by the same rule.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@NeedsKvm
@ExtendWith(CvmCondition.class)
public @interface NeedsCvm {}
