package io.reseal.policy;

/** What is known of one level of a reset. */
public enum Finding implements Spelled {
    /** Evidence may still come. */
    PENDING("pending"),
    SHOWN("shown"),
    /** Says nothing about this guest. */
    NOT_APPLICABLE("not-applicable"),
    /** No evidence can come any more. */
    UNKNOWABLE("unknowable"),
    /** Evidence speaks against it. */
    CONTRADICTED("contradicted");

    private final String text;

    Finding(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
