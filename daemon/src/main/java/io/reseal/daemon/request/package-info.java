/**
 * A request for a reset: its answer, its idempotency key, and the places of the host that resets share. Safe for any thread.
 */
@NullMarked
package io.reseal.daemon.request;

import org.jspecify.annotations.NullMarked;
