/**
 * Firmware without IGVM: the metadata in OVMF and TDVF images, and the digest of such a launch.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.firmware;

import org.jspecify.annotations.NullMarked;
