package io.reseal.config;

/** How one value is written. */
public interface ValueFormat<T> {
    /** Its name in the documentation: {@code duration}. */
    String type();

    /** What has to stand there, after {@code must be}. */
    String expected();

    Parsed<T> check(Node.Scalar value);

    /** The usual complaint. */
    default String complaint(Node found) {
        return "must be " + expected() + ", but is " + found.found();
    }

    /** A value, or what is wrong with it. */
    sealed interface Parsed<T> {
        /** A usable value. */
        record Good<T>(T value) implements Parsed<T> {}

        /** A complaint that goes on after the key: {@code must be ..., but is ...}. */
        record Bad<T>(String complaint) implements Parsed<T> {}

        static <T> Parsed<T> good(T value) {
            return new Good<>(value);
        }

        static <T> Parsed<T> bad(String complaint) {
            return new Bad<>(complaint);
        }
    }
}
