package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@link RealQemu} test whose guests have OVMF as firmware; where {@code bring-ovmf} has not been run it is skipped or
 * failed by the same rule.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RealQemu
@ExtendWith(OvmfCondition.class)
public @interface NeedsOvmf {}
