package io.reseal.qmp;

/** What a line holds, as far as its bytes tell before it is parsed. */
enum LineKind {
    GREETING("a greeting"),
    EVENT("an event"),
    REPLY("a reply"),
    /** None of its members that came so far tells. */
    UNKNOWN("a line that is neither greeting nor event nor reply");

    private final String text;

    LineKind(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
