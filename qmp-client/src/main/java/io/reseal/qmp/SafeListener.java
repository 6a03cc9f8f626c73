package io.reseal.qmp;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;

/** Keeps a failing listener from harming the connection. Confined to the event loop. */
final class SafeListener implements QmpListener {
    private static final System.Logger LOG = System.getLogger(QmpListener.class.getName());

    private final Path socket;
    private final QmpListener listener;

    SafeListener(Path socket, QmpListener listener) {
        this.socket = socket;
        this.listener = listener;
    }

    @Override
    public void onEvent(QmpEvent event) {
        guarded("onEvent", () -> listener.onEvent(event));
    }

    @Override
    public void onUngreeted(Ungreeted connection) {
        guarded("onUngreeted", () -> listener.onUngreeted(connection));
    }

    @Override
    public void onUnread(String name, int count) {
        guarded("onUnread", () -> listener.onUnread(name, count));
    }

    @Override
    public void onOversized(QmpException.LimitExceeded beyond) {
        guarded("onOversized", () -> listener.onOversized(beyond));
    }

    @Override
    public void onClosed(QmpException cause) {
        guarded("onClosed", () -> listener.onClosed(cause));
    }

    @Override
    public void onMute(Duration silence) {
        guarded("onMute", () -> listener.onMute(silence));
    }

    @Override
    public void onHeard() {
        guarded("onHeard", listener::onHeard);
    }

    private void guarded(String method, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException bug) {
            log(method, bug);
        }
    }

    private void log(String method, RuntimeException bug) {
        LOG.log(Level.ERROR, "[" + socket + "] the listener's " + method + " threw; the connection goes on", bug);
    }
}
