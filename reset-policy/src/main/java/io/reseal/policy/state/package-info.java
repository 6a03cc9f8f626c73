/**
 * What the core remembers of one guest: immutable values, each with the copies and the questions that need nothing else.
 */
@NullMarked
package io.reseal.policy.state;

import org.jspecify.annotations.NullMarked;
