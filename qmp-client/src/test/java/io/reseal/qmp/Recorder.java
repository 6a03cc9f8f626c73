package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes down what a listener is told, in order. */
final class Recorder implements QmpListener {
    record Mute(Duration silence) {}

    record Heard() {}

    record Unread(String name, int count) {}

    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(QmpEvent event) {
        told.add(event);
    }

    @Override
    public void onUnread(String name, int count) {
        told.add(new Unread(name, count));
    }

    @Override
    public void onOversized(QmpException.LimitExceeded beyond) {
        told.add(beyond);
    }

    @Override
    public void onClosed(QmpException cause) {
        told.add(cause);
    }

    @Override
    public void onUngreeted(Ungreeted connection) {
        told.add(connection);
    }

    @Override
    public void onMute(Duration silence) {
        told.add(new Mute(silence));
    }

    @Override
    public void onHeard() {
        told.add(new Heard());
    }

    void note(Object other) {
        told.add(other);
    }

    /** The next thing told; waits for it. */
    <T> T next(Class<T> type) {
        try {
            Object next = told.poll(20, TimeUnit.SECONDS);
            assertThat(next).isInstanceOf(type);
            return type.cast(next);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** All that was told so far. */
    List<Object> sofar() {
        var all = new ArrayList<>();
        told.drainTo(all);
        return all;
    }
}
