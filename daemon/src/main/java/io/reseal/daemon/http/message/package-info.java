/**
 * A request, its caller, and what it gets: a document, events, or a problem.
 *
 * <p>Values; safe for any thread.
 */
@NullMarked
package io.reseal.daemon.http.message;

import org.jspecify.annotations.NullMarked;
