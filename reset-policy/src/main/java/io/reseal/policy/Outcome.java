package io.reseal.policy;

/** What one piece of evidence says about its reset. */
public enum Outcome implements Word {
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
