/**
 * What a guest's hardware says of its launch: SEV-SNP attestation reports, TDX quotes, and their checks.
 *
 * <p>May depend on the JDK and JSpecify only: no I/O but what the caller hands in, no clock, no threads.
 *
 * <p>Everything here is an immutable value or a function of values, so it is safe for any thread.
 */
@NullMarked
package io.reseal.igvm.attestation;

import org.jspecify.annotations.NullMarked;
