package io.reseal.policy;

/** What is known of one level of a reset. */
public enum Finding {
    /** Evidence may still come. */
    PENDING,
    SHOWN,
    /** Says nothing about this guest. */
    NOT_APPLICABLE,
    /** No evidence can come any more. */
    UNKNOWABLE,
    /** Evidence speaks against it. */
    CONTRADICTED
}
