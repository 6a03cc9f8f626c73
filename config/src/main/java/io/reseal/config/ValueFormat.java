package io.reseal.config;

/** How one value is written. */
interface ValueFormat<T> {
    /** Its name in the documentation: {@code duration}. */
    String type();

    /** What has to stand there, after {@code must be}. */
    String expected();

    Parsed<T> check(Node.Scalar value);

    /** The usual complaint. */
    default String complaint(Node found) {
        return "must be " + expected() + ", but is " + found.found();
    }
}
