/**
 * X.509 certificates of AMD, Intel and operators: reading, validity, signatures.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.attestation.certificate;

import org.jspecify.annotations.NullMarked;
