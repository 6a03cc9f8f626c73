/**
 * What this daemon tells the world: guests and resets as JSON, and what happens to them as a numbered feed of events.
 *
 * <p>Everything here is safe for any thread and never blocks.
 */
@NullMarked
package io.reseal.daemon.feed;

import org.jspecify.annotations.NullMarked;
