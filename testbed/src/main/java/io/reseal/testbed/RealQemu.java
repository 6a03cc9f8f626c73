package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs real QEMU guests; it may take a {@link Testbed} as argument. Skipped, with the reason, where no QEMU
 * of version 11.0 or newer is; failed instead when RESEAL_REQUIRE_QEMU=1 is in the environment.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("qemu")
@ExtendWith({QemuCondition.class, TestbedExtension.class})
public @interface RealQemu {}
