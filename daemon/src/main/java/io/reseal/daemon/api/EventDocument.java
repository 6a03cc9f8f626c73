package io.reseal.daemon.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.reseal.policy.Spelled;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What happened to a guest.
 *
 * @param payload JSON of {@link GuestDocument}, {@link ResetDocument}, or one of the records below: the type says which
 */
public record EventDocument(
        long id,
        Instant at,
        String type,
        String guest,

        @JsonRawValue @JsonDeserialize(using = JsonText.class)
        String payload) {

    /** The type, unless it is one of a newer daemon. */
    public Optional<EventType> knownType() {
        return Spelled.find(EventType.class, type);
    }

    /** Reads the payload as what the type says that it is. */
    public <T> T payload(Class<T> document) {
        return Json.read(payload, document);
    }

    /** The type of an event or of a gap. */
    public record Kind(String type) {
        /** Whether events were lost here. */
        public boolean isGap() {
            return type.equals(Gap.TYPE);
        }
    }

    /**
     * Events were lost; it stands where they would.
     *
     * @param first id of the first that is still there
     */
    public record Gap(String type, long first) {
        /** Its type, and the name of the server-sent event. */
        public static final String TYPE = "gap";

        public Gap(long first) {
            this(TYPE, first);
        }
    }

    /** A QEMU process ended. */
    public record GuestEnded(String guest, String how, String detail) {}

    /** A piece of evidence was found. */
    public record EvidenceFound(String reset, String guest, String kind, EvidenceDocument evidence) {}

    /**
     * A level was shown.
     *
     * @param seconds after the RESET event
     */
    public record LevelProven(String reset, String guest, String kind, String level, BigDecimal seconds) {}

    /** A reset launched a guest from something else than the launch before. */
    public record LaunchChanged(String guest, Optional<String> reset, List<Change> changes) {
        /**
         * One difference.
         *
         * @param what part of the launch
         */
        public record Change(String what, String detail) {}
    }

    /** QEMU sent an event. */
    public record QmpEvent(
            String guest,
            String event,
            @JsonInclude(Include.NON_ABSENT) Optional<String> detail) {}
}
