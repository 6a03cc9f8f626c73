/**
 * Reads what the next launch of a guest is made of, from QEMU and from the files of the host, and works out its launch digest.
 */
@NullMarked
package io.reseal.daemon.launch;

import org.jspecify.annotations.NullMarked;
