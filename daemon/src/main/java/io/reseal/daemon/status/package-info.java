/**
 * The published state of guests and resets, for readers on any thread.
 */
@NullMarked
package io.reseal.daemon.status;

import org.jspecify.annotations.NullMarked;
