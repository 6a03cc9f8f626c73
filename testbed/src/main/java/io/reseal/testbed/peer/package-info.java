/**
 * A scripted QMP server, for what a real QEMU will not do on demand. Safe for any thread; each peer is served by a
 * thread of its own.
 */
@NullMarked
package io.reseal.testbed.peer;

import org.jspecify.annotations.NullMarked;
