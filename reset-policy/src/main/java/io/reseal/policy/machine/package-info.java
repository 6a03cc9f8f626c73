/**
 * The state machine of one guest: {@link io.reseal.policy.machine.GuestMachine} takes a state and a signal, and gives the next state and
 * the actions to carry out. Pure: time is an argument.
 */
@NullMarked
package io.reseal.policy.machine;

import org.jspecify.annotations.NullMarked;
