/**
 * IGVM files, format 1 and 2: parsed, validated, and judged as QEMU would.
 *
 * <p>May depend on the JDK and JSpecify only: no I/O but what the caller hands in, no clock, no threads.
 *
 * <p>Everything here is an immutable value or a function of values, so it is safe for any thread.
 */
@NullMarked
package io.reseal.igvm;

import org.jspecify.annotations.NullMarked;
