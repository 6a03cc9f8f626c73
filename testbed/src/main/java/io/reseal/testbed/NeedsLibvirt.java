package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A {@link NeedsKvm} test that starts a libvirt of its own, as root; skipped or failed by the same rule. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@NeedsKvm
@ExtendWith(LibvirtCondition.class)
public @interface NeedsLibvirt {}
