/**
 * TDX quotes and TDREPORTs: fields, certification data, signature.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.attestation.tdx;

import org.jspecify.annotations.NullMarked;
