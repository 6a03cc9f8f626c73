package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@link RealQemu} test whose guests have OVMF as firmware; skipped, with the reason, where {@code bring-ovmf} has not
 * been run. Not failed by RESEAL_REQUIRE_QEMU=1, as hardly a test needs it.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RealQemu
@ExtendWith(OvmfCondition.class)
public @interface NeedsOvmf {}
