/**
 * The commands that ask a running daemon over its admin socket.
 *
 * <p>All on the main thread.
 */
@NullMarked
package io.reseal.daemon.cli.client;

import org.jspecify.annotations.NullMarked;
