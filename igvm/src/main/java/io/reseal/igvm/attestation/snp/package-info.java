/**
 * SEV-SNP attestation reports: fields, certificate chain, signature.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.attestation.snp;

import org.jspecify.annotations.NullMarked;
