/** How the benchmarks ask: over the QMP client, and over the admin socket. */
@NullMarked
package io.reseal.benchmarks.client;

import org.jspecify.annotations.NullMarked;
