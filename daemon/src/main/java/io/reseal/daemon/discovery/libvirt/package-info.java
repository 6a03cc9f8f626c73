/**
 * Finds the domains of a local libvirt, and adds a monitor to one that has none to spare. {@code virsh} is run as a process.
 */
@NullMarked
package io.reseal.daemon.discovery.libvirt;

import org.jspecify.annotations.NullMarked;
