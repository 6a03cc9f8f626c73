package io.reseal.qmp;

import java.time.Duration;

/**
 * Hears what QEMU says unasked. Called on the connection's event loop only, in the order of the wire, also relative to
 * the completion of commands. Must not block. What a method throws is logged and otherwise ignored.
 */
public interface QmpListener {
    /**
     * An event. Those that arrive before the greeting or before the negotiation is done are delivered at once, so
     * possibly before the future of {@link QmpClient#connect} completes, and even if that future then fails.
     */
    void onEvent(QmpEvent event);

    /**
     * The connection stands, and no greeting came within {@link QmpSettings#greetingDeadline}. It waits on, first in QEMU's queue
     * or close to it, until the future of {@link QmpClient#connect} is cancelled; a new one would have to queue behind it. Called once.
     */
    default void onUngreeted(Ungreeted connection) {}

    /**
     * Events of which {@link QmpSettings#events} wants no more than the name.
     *
     * @param name as that has it, or {@link QmpEvent#UNKNOWN}
     * @param count how many of that name came in a row
     */
    default void onUnread(String name, int count) {}

    /** An event, or a reply that nobody waits for, was beyond {@link QmpSettings#limits} and was dropped. The connection goes on. */
    default void onOversized(QmpException.LimitExceeded beyond) {}

    /** The connection is gone. Called exactly once for each connection that was negotiated, after its last command failed. */
    void onClosed(QmpException cause);

    /**
     * The monitor did not answer in time. Unknown is not dead: the connection is kept, so that no event is lost.
     *
     * @param silence the time since the last line
     */
    default void onMute(Duration silence) {}

    /** The first line after a mute period has arrived; it is delivered right after this call. */
    default void onHeard() {}
}
