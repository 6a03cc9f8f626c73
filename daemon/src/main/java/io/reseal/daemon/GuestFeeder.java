package io.reseal.daemon;

import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.guest.GuestManager;
import io.reseal.daemon.status.GuestName;

/** Passes what was discovered to the {@link GuestManager}. */
record GuestFeeder(GuestManager guests) implements Discovery.Listener {
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
    public void removed(GuestName guest) {
        guests.forget(guest).join();
    }

    @Override
    public boolean forgotten(GuestName guest) {
        return guests.guest(guest.name()).isEmpty();
    }
}
