package io.reseal.daemon;

import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.guest.GuestName;
import io.reseal.daemon.guest.LiveFleet;

/** Hands what was discovered to the fleet. */
record FleetFeeder(LiveFleet fleet) implements Discovery.Listener {
    @Override
    public void found(GuestName guest) {
        fleet.watch(guest);
    }

    @Override
    public boolean gone(GuestName guest) {
        return fleet.socketGone(guest).join();
    }

    @Override
    public void released(GuestName guest) {
        fleet.forget(guest).join();
    }
}
