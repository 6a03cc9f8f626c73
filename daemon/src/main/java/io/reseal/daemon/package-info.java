/** Placeholder. */
@NullMarked
package io.reseal.daemon;

import org.jspecify.annotations.NullMarked;
