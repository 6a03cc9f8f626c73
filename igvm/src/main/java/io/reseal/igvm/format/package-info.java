/** The IGVM file format, version 1 and 2, as immutable values; its limits and its exceptions. JDK only. */
@NullMarked
package io.reseal.igvm.format;

import org.jspecify.annotations.NullMarked;
