/**
 * What goes into the state machine of a guest, and what comes out: signals and actions. Values.
 */
@NullMarked
package io.reseal.policy.signal;

import org.jspecify.annotations.NullMarked;
