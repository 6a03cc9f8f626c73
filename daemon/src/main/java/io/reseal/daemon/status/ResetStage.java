package io.reseal.daemon.status;

import io.reseal.policy.Spelled;

/** The parts of the way of a reset that was requested, in their order: where its time goes. */
public enum ResetStage implements Spelled {
    /** From the request to the guest's event loop. */
    ACCEPT("accept"),
    /** The situation is read of QEMU and of the host. */
    READ("read"),
    /** Hazards and policy are judged. */
    JUDGE("judge"),
    /** The reset is put on record, before anything is sent. */
    RECORD("record"),
    /** From {@code system_reset} to QEMU's reply. */
    SEND("send"),
    /** From {@code system_reset} to the RESET event: QEMU rebuilds the guest. */
    EVENT("event"),
    /** From the RESET event to the proof of {@code rebuilt}. */
    PROVE("prove"),
    /** The proof is shown to everyone else. */
    TELL("tell");

    private final String text;

    ResetStage(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
