/**
 * The reset that is open, within one step: evidence is added to it, what was read shows or contradicts its levels, and it gets its verdict.
 * For {@link io.reseal.policy.machine}, whose rules say which signal belongs to which reset.
 */
@NullMarked
package io.reseal.policy.judge;

import org.jspecify.annotations.NullMarked;
