/** The daemon: wiring of its capabilities. */
@NullMarked
package io.reseal.daemon;

import org.jspecify.annotations.NullMarked;
