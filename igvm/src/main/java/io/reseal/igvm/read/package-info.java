/** Reads and validates IGVM files: bytes in, {@link io.reseal.igvm.format.IgvmFile} out. JDK only; no I/O but the bytes that are handed in. */
@NullMarked
package io.reseal.igvm.read;

import org.jspecify.annotations.NullMarked;
