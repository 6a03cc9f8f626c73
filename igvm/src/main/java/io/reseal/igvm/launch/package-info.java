/**
 * Launch digests as QEMU and KVM measure them, and what goes into them: pages, VMSAs, CPU signatures.
 *
 * <p>May depend on the JDK and JSpecify only: no I/O but what the caller hands in, no clock, no threads.
 *
 * <p>Everything here is an immutable value or a function of values, so it is safe for any thread.
 */
@NullMarked
package io.reseal.igvm.launch;

import org.jspecify.annotations.NullMarked;
