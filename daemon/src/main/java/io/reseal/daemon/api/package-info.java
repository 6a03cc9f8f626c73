/**
 * The documents of this daemon's interface, as records: what HTTP and the event feed write, and what the command line reads.
 *
 * <p>What is not known is {@code null} on the wire and never absent, unless a member says otherwise. Words such as states and
 * verdicts are text: a reader may be older than the daemon that wrote them.
 *
 * <p>Values; safe for any thread.
 */
@NullMarked
package io.reseal.daemon.api;

import org.jspecify.annotations.NullMarked;
