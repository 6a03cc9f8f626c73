/** Placeholder. */
@NullMarked
package io.reseal.policy;

import org.jspecify.annotations.NullMarked;
