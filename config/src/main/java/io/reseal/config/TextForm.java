package io.reseal.config;

import java.util.function.Function;

/** A value that is text. Unquoted numbers and booleans are not text in YAML. */
record TextForm<T>(String type, String expected, Function<String, Checked<T>> reading) implements Form<T> {
    @Override
    public Checked<T> check(Node.Scalar value) {
        var read = reading.apply(value.text());
        if (value.type() == Node.Type.TEXT) {
            return read;
        }
        return Checked.bad(complaint(value) + (read instanceof Checked.Good ? ": put it in quotes" : ""));
    }

    /** {@code "must be <expected>, but is <text>"}. */
    static <T> Checked<T> unlike(String expected, String text) {
        return Checked.bad("must be " + expected + ", but is " + Quoted.text(text));
    }
}
