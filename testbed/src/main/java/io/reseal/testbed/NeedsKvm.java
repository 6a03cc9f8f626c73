package io.reseal.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A {@link RealQemu} test whose guests need KVM, as rebuilds do; skipped or failed by the same rule. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RealQemu
@ExtendWith(KvmCondition.class)
public @interface NeedsKvm {}
