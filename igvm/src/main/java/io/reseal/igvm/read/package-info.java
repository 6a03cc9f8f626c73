/**
 * Reads and validates IGVM files: bytes in, {@link io.reseal.igvm.format.IgvmFile} out.
 *
 * <p>A reader belongs to the thread that calls it; its results are immutable.
 */
@NullMarked
package io.reseal.igvm.read;

import org.jspecify.annotations.NullMarked;
