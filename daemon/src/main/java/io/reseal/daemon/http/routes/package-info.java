/**
 * What is at which address: each route reads the guests or asks for a reset, and answers with a document.
 *
 * <p>Routes run on the event loop and do not block; documents that grow with the number of guests are made on virtual threads.
 */
@NullMarked
package io.reseal.daemon.http.routes;

import org.jspecify.annotations.NullMarked;
