/**
 * Real QEMU guests under a test's control, and a scripted QMP peer for what a real QEMU will not do on demand.
 * Depends on the JDK, Jackson and JUnit's API; it speaks QMP by itself, so that it can judge what the product says.
 * Safe for any thread; each process and connection is read by a virtual thread of its own.
 */
@NullMarked
package io.reseal.testbed;

import org.jspecify.annotations.NullMarked;
