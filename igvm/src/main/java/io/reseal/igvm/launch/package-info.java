/**
 * Launch digests as QEMU and KVM measure them, and their parts: pages, VMSAs, CPU signatures.
 *
 * <p>Immutable values and functions of values: any thread may use them.
 */
@NullMarked
package io.reseal.igvm.launch;

import org.jspecify.annotations.NullMarked;
