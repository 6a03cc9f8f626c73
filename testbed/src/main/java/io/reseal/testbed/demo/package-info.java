/**
 * Shows what Reseal does, on real QEMUs, to somebody at a terminal. May use the testbed and Jackson, and knows the daemon
 * only as its users do: by its command line and HTTP. Everything runs on the main thread, the clean-up also on the JVM's
 * shutdown thread.
 */
@NullMarked
package io.reseal.testbed.demo;

import org.jspecify.annotations.NullMarked;
