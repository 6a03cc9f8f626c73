/**
 * What a confidential guest was launched from, what its next launch will be, and how the two differ. Values and comparisons.
 */
@NullMarked
package io.reseal.policy.launch;

import org.jspecify.annotations.NullMarked;
