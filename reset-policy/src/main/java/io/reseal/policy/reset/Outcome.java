package io.reseal.policy.reset;

import io.reseal.policy.Spelled;

/** What one piece of evidence says about its reset. */
public enum Outcome implements Spelled {
    SUPPORTS("supports"),
    CONTRADICTS("contradicts"),
    INCONCLUSIVE("inconclusive");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
