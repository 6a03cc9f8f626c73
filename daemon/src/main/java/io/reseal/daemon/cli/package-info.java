/**
 * The command line: starts the daemon, and asks a running one over its admin socket, and reads
 * bundles, firmware and reports.
 *
 * <p>May depend on feed, files, igvm and reset-policy; the daemon itself and the check of its configuration are handed in.
 *
 * <p>Commands run on the main thread and block it.
 */
@NullMarked
package io.reseal.daemon.cli;

import org.jspecify.annotations.NullMarked;
