/**
 * The process: {@code main}, and the one place where all parts are made and tied together.
 *
 * <p>Runs on the main thread. Signals are queued for it: SIGHUP reloads the configuration, SIGTERM and SIGINT stop the daemon.
 */
@NullMarked
package io.reseal.daemon;

import org.jspecify.annotations.NullMarked;
