/**
 * Measures Reseal on real QEMUs beside a client in C, and writes the report. May use the testbed, the QMP client and
 * Jackson, and knows the daemon only by its command line and HTTP. Everything runs on the main thread, except for the
 * callbacks of the QMP client, which run on its event loop.
 */
@NullMarked
package io.reseal.testbed.bench;

import org.jspecify.annotations.NullMarked;
