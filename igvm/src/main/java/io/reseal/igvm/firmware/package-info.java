/**
 * Firmware without IGVM: the metadata in OVMF and TDVF images, and the digest such a launch will have.
 *
 * <p>May depend on the JDK and JSpecify only, and on {@code io.reseal.igvm.launch}: no I/O but what the caller hands in, no clock, no threads.
 *
 * <p>Everything here is an immutable value or a function of values, so it is safe for any thread.
 */
@NullMarked
package io.reseal.igvm.firmware;

import org.jspecify.annotations.NullMarked;
