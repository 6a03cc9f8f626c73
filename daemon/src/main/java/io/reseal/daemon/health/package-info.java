/**
 * How the daemon itself fares: what must go on, which clients were refused, how many descriptors are left. Knows nothing of the
 * rest of the daemon, which reports to it.
 *
 * <p>Safe for any thread.
 */
@NullMarked
package io.reseal.daemon.health;

import org.jspecify.annotations.NullMarked;
