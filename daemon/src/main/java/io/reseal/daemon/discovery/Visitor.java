package io.reseal.daemon.discovery;

import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU that dialled in. Its name and UUID are read, and it waits until the guest of that name takes its connection. Events that
 * arrive before are kept for the guest. Confined to the connection's event loop, except where stated.
 */
final class Visitor implements QmpListener {
    /** More than this before it was taken: it is let go of, and dials in again. */
    private static final int MOST_EVENTS = 100;

    private final CompletableFuture<QmpConnection> connecting;
    private final List<QmpEvent> early = new ArrayList<>();
    private @Nullable QmpListener guest;
    private volatile boolean gone;

    Visitor(CompletableFuture<QmpConnection> connecting) {
        this.connecting = connecting;
    }

    /** Whether its connection stands. For any thread. */
    boolean isThere() {
        return !gone;
    }

    /** The process that dialled in, if that can be told; for any thread, once connected. */
    Optional<Integer> pid() {
        return connection().peer().map(peer -> peer.pid()).filter(pid -> pid > 0);
    }

    /** For any thread, once connected. */
    QmpConnection connection() {
        return connecting.resultNow();
    }

    /** Hands the connection over, with what was said so far; empty if it has ended. */
    Optional<QmpConnection> take(QmpListener taker) {
        assert connection().eventLoop().inEventLoop();
        if (gone) {
            return Optional.empty();
        }
        guest = taker;
        early.forEach(taker::onEvent);
        early.clear();
        return Optional.of(connection());
    }

    /** For any thread. */
    void letGo() {
        gone = true;
        connecting.cancel(false);
        connecting.thenAccept(QmpConnection::close);
    }

    @Override
    public void onEvent(QmpEvent event) {
        if (guest != null) {
            guest.onEvent(event);
        } else if (early.size() < MOST_EVENTS) {
            early.add(event);
        } else {
            letGo();
        }
    }

    /** Before it was taken nobody counts. */
    @Override
    public void onUnread(String name, int count) {
        if (guest != null) {
            guest.onUnread(name, count);
        }
    }

    @Override
    public void onOversized(QmpException.LimitExceeded beyond) {
        if (guest != null) {
            guest.onOversized(beyond);
        }
    }

    @Override
    public void onClosed(QmpException cause) {
        gone = true;
        if (guest != null) {
            guest.onClosed(cause);
        }
    }

    @Override
    public void onMute(Duration silence) {
        if (guest != null) {
            guest.onMute(silence);
        }
    }

    @Override
    public void onHeard() {
        if (guest != null) {
            guest.onHeard();
        }
    }
}
