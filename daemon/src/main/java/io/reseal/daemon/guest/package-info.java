/**
 * Supervision of guests: one supervisor for each, which turns what QMP says into signals for the pure core and carries
 * out the actions that it returns.
 *
 * <p>Other rooms read {@link io.reseal.daemon.guest.Guests}.
 *
 * <p>A supervisor is confined to the event loop of its guest's QMP channel; what it publishes is immutable and safe for any
 * thread.
 */
@NullMarked
package io.reseal.daemon.guest;

import org.jspecify.annotations.NullMarked;
