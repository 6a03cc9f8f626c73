/**
 * What follows the event feed for one client: a stream of server-sent events, or the wait for the end of one reset.
 *
 * <p>Confined to the event loop of the connection.
 */
@NullMarked
package io.reseal.daemon.http.events;

import org.jspecify.annotations.NullMarked;
