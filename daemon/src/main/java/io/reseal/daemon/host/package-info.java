/**
 * Facts about a QEMU process from outside QMP: {@code /proc}, control groups, sockets, libvirt. Its methods read files and block: they
 * are called on virtual threads, never on an event loop.
 */
@NullMarked
package io.reseal.daemon.host;

import org.jspecify.annotations.NullMarked;
