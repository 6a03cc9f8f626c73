package io.reseal.testbed.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs real QEMU guests; it may take a {@link Testbed} as argument. Skipped, with the reason, where the machine
 * lacks one of the requirements; failed instead when RESEAL_REQUIRE_QEMU=1 is in the environment. What a class requires,
 * each of its tests requires too.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("qemu")
@ExtendWith({RequiresCondition.class, TestbedExtension.class})
public @interface Requires {
    Requirement[] value();
}
