package io.reseal.daemon;

import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.guest.GuestManager;
import io.reseal.daemon.status.GuestName;
import java.util.function.IntSupplier;

/**
 * Passes what was discovered to the {@link GuestManager}.
 *
 * @param limit of guests, those that the configuration names included
 */
record GuestFeeder(GuestManager guests, IntSupplier limit) implements Discovery.Listener {
    @Override
    public void found(GuestName guest) {
        guests.watch(guest);
    }

    @Override
    public void recreated(GuestName named) {
        guests.socketAppeared(named);
    }

    @Override
    public void gone(GuestName guest) {
        guests.socketGone(guest);
    }

    @Override
    public void removed(GuestName guest, Discovery.Removal why) {
        guests.forget(guest, why.text()).join();
    }

    @Override
    public boolean admits(GuestName guest) {
        return guests.watches(guest.name()) || guests.count() < limit.getAsInt();
    }

    @Override
    public boolean forgotten(GuestName guest) {
        return guests.guest(guest.name()).isEmpty();
    }
}
