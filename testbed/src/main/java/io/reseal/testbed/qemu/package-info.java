/**
 * Real QEMU guests under a test's control, with a monitor and a serial port of the testbed's own. It speaks QMP by
 * itself, so that it can judge what the product says. Safe for any thread; each connection is read by a thread of its
 * own.
 */
@NullMarked
package io.reseal.testbed.qemu;

import org.jspecify.annotations.NullMarked;
