/**
 * The digest of an IGVM file when QEMU 11 launches it, and the reasons why QEMU would refuse it.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.measure;

import org.jspecify.annotations.NullMarked;
