/**
 * What is published of a reset: its request, evidence, verdict. Values.
 */
@NullMarked
package io.reseal.policy.reset;

import org.jspecify.annotations.NullMarked;
