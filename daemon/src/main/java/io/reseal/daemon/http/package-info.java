/**
 * The HTTP interface: reads on TCP, reads and resets on the admin Unix socket.
 *
 * <p>May depend on guest (its interfaces), feed and reset-policy.
 *
 * <p>A connection is confined to its event loop; documents that grow with the number of guests are made on virtual threads.
 */
@NullMarked
package io.reseal.daemon.http;

import org.jspecify.annotations.NullMarked;
