/** Makes the daemon ready for its first reset: the way of a reset is gone many times before one is wanted, with a guest that does not exist. */
@NullMarked
package io.reseal.daemon.rehearsal;

import org.jspecify.annotations.NullMarked;
