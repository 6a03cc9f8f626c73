/**
 * Reasons why a reset would harm a guest or mislead its operator, each by a rule with its source.
 */
@NullMarked
package io.reseal.policy.hazard;

import org.jspecify.annotations.NullMarked;
