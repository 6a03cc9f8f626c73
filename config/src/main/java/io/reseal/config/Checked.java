package io.reseal.config;

/** A value, or what is wrong with it. */
sealed interface Checked<T> {
    /** A usable value. */
    record Good<T>(T value) implements Checked<T> {}

    /** A complaint that goes on after the key: {@code must be ..., but is ...}. */
    record Bad<T>(String complaint) implements Checked<T> {}

    static <T> Checked<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Checked<T> bad(String complaint) {
        return new Bad<>(complaint);
    }
}
