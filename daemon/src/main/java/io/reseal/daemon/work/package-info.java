/**
 * The threads on which Reseal does what may block: one bounded pool of platform threads for each purpose. A virtual thread would keep its carrier
 * for as long as a file blocks it, and there are only as many carriers as processors.
 */
@NullMarked
package io.reseal.daemon.work;

import org.jspecify.annotations.NullMarked;
