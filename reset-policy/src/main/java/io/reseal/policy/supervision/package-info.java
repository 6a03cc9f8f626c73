/**
 * What a supervisor of guests decides beside {@link io.reseal.policy.machine.GuestMachine}: who may request, who is answered, which events and
 * readings count, what a reload changes. Without input, output, clock and threads, like the rest of the core; each class is confined
 * to one thread.
 */
@NullMarked
package io.reseal.policy.supervision;

import org.jspecify.annotations.NullMarked;
