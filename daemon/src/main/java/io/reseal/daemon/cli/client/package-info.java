/**
 * The commands that ask a running daemon over its admin socket.
 *
 * <p>Commands run on the main thread; answers and events are read on an event loop of their own.
 */
@NullMarked
package io.reseal.daemon.cli.client;

import org.jspecify.annotations.NullMarked;
