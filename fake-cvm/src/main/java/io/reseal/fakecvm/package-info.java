/**
 * The simulated SEV and TDX platform for an unmodified QEMU: its sources in C and what compiles them. Depends on the JDK
 * alone. Safe for any thread.
 */
@NullMarked
package io.reseal.fakecvm;

import org.jspecify.annotations.NullMarked;
