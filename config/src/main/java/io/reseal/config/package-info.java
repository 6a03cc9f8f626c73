/**
 * The configuration: every key with its format, and the checked values as an immutable {@link ResealConfig}.
 *
 * <p>Immutable values and functions of values: any thread may use them. The lists of launch digests that a configuration
 * names are read when their entries are checked.
 */
@NullMarked
package io.reseal.config;

import org.jspecify.annotations.NullMarked;
