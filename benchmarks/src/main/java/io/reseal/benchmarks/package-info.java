/**
 * Measures Reseal on real QEMUs beside a client in C. Knows the daemon only by its command line and HTTP. Everything runs
 * on the main thread, except for the callbacks of the QMP client, which run on its event loop.
 */
@NullMarked
package io.reseal.benchmarks;

import org.jspecify.annotations.NullMarked;
