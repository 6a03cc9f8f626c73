/** Placeholder. */
@NullMarked
package io.reseal.qmp;

import org.jspecify.annotations.NullMarked;
