/**
 * One connection to a QEMU: questions, events as signals, timers, and when to connect again. Confined to the event loop of the connection.
 */
@NullMarked
package io.reseal.daemon.monitor;

import org.jspecify.annotations.NullMarked;
