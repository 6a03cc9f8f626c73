/** Placeholder. */
@NullMarked
package io.reseal.testbed;

import org.jspecify.annotations.NullMarked;
