/**
 * Finds the evidence in a file: report, quote or TDREPORT, and the formats they come in.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.attestation.recognition;

import org.jspecify.annotations.NullMarked;
