/**
 * What happens to guests, counted and timed for Prometheus.
 *
 * <p>May depend on guest (its interfaces) and reset-policy.
 *
 * <p>Everything here is safe for any thread; a scrape reads memory only.
 */
@NullMarked
package io.reseal.daemon.metrics;

import org.jspecify.annotations.NullMarked;
