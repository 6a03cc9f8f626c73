/**
 * Compares a report or quote with the launch that was expected.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.attestation.comparison;

import org.jspecify.annotations.NullMarked;
