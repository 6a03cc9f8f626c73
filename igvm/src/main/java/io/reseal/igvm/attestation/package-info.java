/**
 * The vocabulary of attestation: bytes, exceptions, findings. The rooms below read and check evidence with it.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.attestation;

import org.jspecify.annotations.NullMarked;
