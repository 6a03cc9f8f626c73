package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.health.Descriptors;
import io.reseal.daemon.status.GuestName;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.SocketPath;
import java.util.concurrent.CompletableFuture;

/** Connects to monitors as long as there are file descriptors for them. Safe for any thread. */
public final class LimitedMonitors implements Monitors {
    /** A monitor is not connected to, as it would take a descriptor that is kept for others. */
    static final class NoDescriptorException extends RuntimeException {
        private NoDescriptorException(String message) {
            super(message, null, false, false);
        }
    }

    private final Monitors monitors;
    private final Descriptors descriptors;

    public LimitedMonitors(Monitors monitors, Descriptors descriptors) {
        this.monitors = monitors;
        this.descriptors = descriptors;
    }

    @Override
    public CompletableFuture<QmpConnection> connect(GuestName guest, QmpListener listener, EventLoop loop) {
        if (!descriptors.takeMonitor()) {
            return CompletableFuture.failedFuture(
                    new NoDescriptorException(SocketPath.text(guest.socket()) + ": " + descriptors.shortage()));
        }
        var connecting = monitors.connect(guest, listener, loop);
        connecting.whenComplete((connection, failure) -> {
            if (failure == null) {
                connection.whenClosed(descriptors::monitorClosed);
            } else {
                descriptors.monitorClosed();
            }
        });
        return connecting;
    }
}
