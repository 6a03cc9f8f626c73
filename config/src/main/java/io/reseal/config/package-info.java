/** Placeholder. */
@NullMarked
package io.reseal.config;

import org.jspecify.annotations.NullMarked;
