package io.reseal.qmp;

import tools.jackson.databind.JsonNode;

/** One thing that came over the wire. A missing id is "". */
sealed interface Message {
    /**
     * QEMU's first word.
     *
     * @param outOfBand whether this monitor offers the capability {@code oob}
     */
    record Greeting(QemuVersion version, boolean outOfBand) implements Message {}

    record Event(QmpEvent event) implements Message {}

    /** Events in a row of which only the name was looked at. */
    record Unread(String name, int count) implements Message {}

    record Success(String id, JsonNode value) implements Message {}

    record Failure(String id, String errorClass, String desc) implements Message {}

    /** An object that is valid JSON and none of the above; a later QEMU may know more kinds. */
    record Unknown() implements Message {}

    /**
     * An event or a reply beyond the limits: it was dropped, and what follows can be understood.
     *
     * @param id of a reply, where it was found
     * @param expected what should have come
     */
    record TooLarge(LineKind kind, String id, String expected, String came) implements Message {}

    /**
     * Bytes that are not QMP.
     *
     * @param expected what should have come
     * @param fatal true if nothing that follows can be understood
     */
    record Garbage(String expected, String came, boolean fatal) implements Message {}
}
