/**
 * The pure core: what is known of a guest, which hazards forbid a reset, and what evidence proves one.
 *
 * <p>No I/O, no clock (time is an argument), no threads.
 *
 * <p>Everything here is an immutable value or a function of values, so it is safe for any thread.
 */
@NullMarked
package io.reseal.policy;

import org.jspecify.annotations.NullMarked;
