package io.reseal.config;

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
