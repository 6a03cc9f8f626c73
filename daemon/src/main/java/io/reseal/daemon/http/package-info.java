/**
 * The HTTP server: listens on TCP, where it serves reads, and on the admin Unix socket, where it takes resets too. Its limits and
 * deadlines keep clients that are slow, many or hostile from each other.
 *
 * <p>A connection is confined to its event loop.
 */
@NullMarked
package io.reseal.daemon.http;

import org.jspecify.annotations.NullMarked;
