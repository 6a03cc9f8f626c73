/**
 * The IGVM file format, versions 1 and 2, as values: headers, limits, faults.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.format;

import org.jspecify.annotations.NullMarked;
