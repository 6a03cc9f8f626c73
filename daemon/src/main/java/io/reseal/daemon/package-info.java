/**
 * The process: {@code main}, and the one place where all parts are made and tied together.
 *
 * <p>May depend on every capability; none depends on it.
 *
 * <p>Runs on the main thread, which also takes SIGHUP; SIGTERM runs the JVM's shutdown hook.
 */
@NullMarked
package io.reseal.daemon;

import org.jspecify.annotations.NullMarked;
