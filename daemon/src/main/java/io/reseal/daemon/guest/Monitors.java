package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpListener;
import java.util.concurrent.CompletableFuture;

/** How the monitor of a guest is reached. */
@FunctionalInterface
public interface Monitors {
    /** As {@link QmpClient#connect}; {@code loop} is the guest's. */
    CompletableFuture<QmpConnection> connect(GuestName guest, QmpListener listener, EventLoop loop);

    /** At the guest's socket. */
    static Monitors of(QmpClient client) {
        return (guest, listener, loop) -> client.connect(guest.socket(), listener, loop);
    }
}
