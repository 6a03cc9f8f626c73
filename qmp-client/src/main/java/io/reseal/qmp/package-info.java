/**
 * Speaks QMP, QEMU's machine protocol, over Unix sockets: connects, negotiates, executes commands one at a time and
 * delivers events, and knows nothing of resets. Everything about
 * one connection happens on that connection's event loop; the types that may be used from any thread say so.
 */
@NullMarked
package io.reseal.qmp;

import org.jspecify.annotations.NullMarked;
