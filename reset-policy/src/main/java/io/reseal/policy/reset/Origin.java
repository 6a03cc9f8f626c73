package io.reseal.policy.reset;

import io.reseal.policy.Spelled;

/** Who began a reset. */
public enum Origin implements Spelled {
    /** Requested through the CLI or the API. */
    OPERATOR("operator"),
    /** Reseal decided. */
    POLICY("policy"),
    /** The guest rebooted itself. */
    GUEST("guest"),
    /** Somebody else's QMP command. */
    EXTERNAL("external"),
    /** Happened while nobody listened; found afterwards by what it left behind. */
    UNKNOWN("unknown");

    private final String text;

    Origin(String text) {
        this.text = text;
    }

    /** Whether Reseal sends the command. */
    public boolean ours() {
        return this == OPERATOR || this == POLICY;
    }

    @Override
    public String text() {
        return text;
    }
}
