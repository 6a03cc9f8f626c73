/**
 * The command line: one command for each thing that an operator does. {@code run} starts the daemon, which is handed in.
 *
 * <p>Commands run on the main thread and block it.
 */
@NullMarked
package io.reseal.daemon.cli;

import org.jspecify.annotations.NullMarked;
