/**
 * What clients of the HTTP server share, and who of them gets it: connections, event streams, requests, bytes of answers. One client
 * never takes all of it, and questions for health and metrics always find a place.
 */
@NullMarked
package io.reseal.daemon.http.admission;

import org.jspecify.annotations.NullMarked;
