package io.reseal.daemon;

import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.guest.GuestManager;
import io.reseal.daemon.status.GuestName;

/** Hands what was discovered to the fleet. */
record GuestFeeder(GuestManager fleet) implements Discovery.Listener {
    @Override
    public void found(GuestName guest) {
        fleet.watch(guest);
    }

    @Override
    public void recreated(GuestName named) {
        fleet.socketAppeared(named);
    }

    @Override
    public void gone(GuestName guest) {
        fleet.socketGone(guest);
    }

    @Override
    public void unwanted(GuestName guest) {
        fleet.forget(guest).join();
    }

    @Override
    public boolean forgotten(GuestName guest) {
        return fleet.guest(guest.name()).isEmpty();
    }
}
