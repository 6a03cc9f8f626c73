package io.reseal.daemon.feed;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened, as it is told to subscribers.
 *
 * @param id one higher than that of the event before
 * @param at when it was told
 * @param reset id of the reset it is about, where it is about one
 * @param payload JSON on one line: the guest, the reset, or what was added to it
 */
public record Event(long id, Instant at, Type type, String guest, Optional<String> reset, String payload) {
    /** What can happen; the spelling is the name of the server-sent event. */
    public enum Type {
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

        Type(String text) {
            this.text = text;
        }

        /** The spelling. */
        public String text() {
            return text;
        }
    }

    /** The whole of it on one line: {@code {"id", "at", "type", "guest", "payload"}}. */
    public String json() {
        var head = Json.object()
                .put("id", id)
                .put("at", Json.time(at))
                .put("type", type.text())
                .put("guest", guest);
        var open = Json.text(head);
        return open.substring(0, open.length() - 1) + ",\"payload\":" + payload + "}";
    }
}
