/**
 * Log lines on standard error, as text or as JSON, each with the guest and the reset that it is about.
 *
 * <p>Safe for any thread.
 */
@NullMarked
package io.reseal.daemon.log;

import org.jspecify.annotations.NullMarked;
