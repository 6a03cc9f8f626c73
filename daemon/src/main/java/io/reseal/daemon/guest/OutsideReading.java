package io.reseal.daemon.guest;

import io.reseal.daemon.host.OutsideFacts;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.policy.signal.Signal;
import java.util.function.BooleanSupplier;

/**
 * Tells what has changed outside of QMP, before what depends on it is judged. Confined to the event loop.
 *
 * @param over whether nothing that is read counts any more
 */
record OutsideReading(SingleFlight<OutsideFacts> outside, GuestConnection.Owner owner, BooleanSupplier over) {
    /** From now on before each situation that {@code reader} reads. */
    void before(SituationReader reader) {
        reader.before(() -> outside.read().thenAccept(this::tell));
    }

    private void tell(OutsideFacts now) {
        owner.known()
                .identity()
                .facts()
                .filter(facts -> !over.getAsBoolean() && !now.isIn(facts))
                .ifPresent(facts -> owner.signal(new Signal.FactsRead(owner.now(), now.in(facts))));
    }
}
