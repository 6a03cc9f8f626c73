/**
 * Shows what Reseal does, on real QEMUs, to somebody at a terminal. Knows the daemon only as its users do: by its command
 * line and HTTP. Everything runs on the main thread, the clean-up also on the JVM's shutdown thread.
 */
@NullMarked
package io.reseal.demo;

import org.jspecify.annotations.NullMarked;
