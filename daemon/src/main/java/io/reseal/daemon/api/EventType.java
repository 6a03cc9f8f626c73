package io.reseal.daemon.api;

import io.reseal.policy.Spelled;

/** What the event feed tells; the spelling is the name of the server-sent event. */
public enum EventType implements Spelled {
    GUEST_CHANGED("guest-changed"),
    GUEST_FORGOTTEN("guest-forgotten"),
    GUEST_ENDED("guest-ended"),
    RESET_OPENED("reset-opened"),
    EVIDENCE("evidence"),
    LEVEL_PROVEN("level-proven"),
    RESET_CLOSED("reset-closed"),
    LAUNCH_CHANGED("launch-changed"),
    QMP_EVENT("qmp-event");

    private final String text;

    EventType(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
