package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@link RealQemu} test whose guests run in QEMU 10; where {@code bring-qemu --old} has not been run it is skipped or failed
 * by the same rule.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RealQemu
@ExtendWith(OldQemuCondition.class)
public @interface NeedsOldQemu {}
