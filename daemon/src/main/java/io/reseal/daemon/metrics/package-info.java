/**
 * Counts and times what happens to guests, for Prometheus. docs/metrics.md has the table of meters.
 *
 * <p>Everything here is safe for any thread; a scrape reads memory only.
 */
@NullMarked
package io.reseal.daemon.metrics;

import org.jspecify.annotations.NullMarked;
