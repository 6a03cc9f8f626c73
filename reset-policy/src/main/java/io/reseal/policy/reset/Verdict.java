package io.reseal.policy.reset;

import io.reseal.policy.Spelled;

/** How a reset ended. */
public enum Verdict implements Spelled {
    /** Every level up to the wanted one that applies was shown. */
    PROVEN("proven"),
    /** Time or means ran out below the wanted level; nothing says that the guest is harmed. */
    UNPROVEN("unproven"),
    /** QEMU lives, the guest does not. */
    FAILED("failed"),
    /** QEMU is gone. */
    DIED("died"),
    /** A hazard stopped it before anything was sent. */
    REFUSED("refused");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
