package io.reseal.daemon.feed;

import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.EventType;
import io.reseal.daemon.api.Json;
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
public record Event(long id, Instant at, EventType type, String guest, Optional<String> reset, String payload) {
    /** An {@link EventDocument} on one line. */
    public String json() {
        return Json.text(new EventDocument(id, at, type.text(), guest, payload));
    }
}
