package io.reseal.daemon.guest;

import io.reseal.policy.Signal;
import java.util.function.BooleanSupplier;

/**
 * Tells what has changed outside of QMP, before what depends on it is judged. Confined to the event loop.
 *
 * @param over whether nothing that is read counts any more
 */
record OutsideReading(Lookout<Outside> lookout, MonitorLink.Owner owner, BooleanSupplier over) {
    /** From now on before each situation that {@code monitor} reads. */
    void before(Monitor monitor) {
        monitor.before(() -> lookout.look(monitor.connection().eventLoop()).thenAccept(this::tell));
    }

    private void tell(Outside now) {
        owner.known()
                .facts()
                .filter(facts -> !over.getAsBoolean() && !now.isIn(facts))
                .ifPresent(facts -> owner.signal(new Signal.FactsRead(owner.now(), now.in(facts))));
    }
}
