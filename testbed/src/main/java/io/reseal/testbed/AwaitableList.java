package io.reseal.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A growing list that threads can wait on. Safe for any thread. */
public final class AwaitableList<T> {
    private final WaitableState state = new WaitableState();
    private final List<T> items = new ArrayList<>();
    private int next;
    private boolean closed;

    public void add(T item) {
        state.change(() -> items.add(item));
    }

    /** Nothing will be added any more: waiters stop. */
    public void close() {
        state.change(() -> closed = true);
    }

    public boolean isClosed() {
        return state.read(() -> closed);
    }

    public List<T> all() {
        return state.read(() -> List.copyOf(items));
    }

    /** The first item that matches among those after the last one that this method returned. */
    public Optional<T> awaitNext(Predicate<T> wanted, Duration patience) {
        return state.read(() -> {
            state.await(() -> closed || indexFromNext(wanted) >= 0, patience);
            int found = indexFromNext(wanted);
            if (found < 0) {
                return Optional.empty();
            }
            next = found + 1;
            return Optional.of(items.get(found));
        });
    }

    /** Waits until the items are as wanted; tells whether they are. */
    public boolean await(Predicate<List<T>> wanted, Duration patience) {
        return state.read(() -> {
            state.await(() -> closed || wanted.test(items), patience);
            return wanted.test(items);
        });
    }

    public boolean awaitClosed(Duration patience) {
        return state.await(() -> closed, patience);
    }

    private int indexFromNext(Predicate<T> wanted) {
        for (int i = next; i < items.size(); i++) {
            if (wanted.test(items.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
