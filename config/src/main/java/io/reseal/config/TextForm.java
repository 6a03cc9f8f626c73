package io.reseal.config;

import java.util.function.Function;

/** A value that is text. Unquoted numbers and booleans are not text in YAML. */
record TextForm<T>(String type, String expected, Function<String, Parsed<T>> reading) implements ValueFormat<T> {
    @Override
    public Parsed<T> check(Node.Scalar value) {
        var read = reading.apply(value.text());
        if (value.type() == Node.Type.TEXT) {
            return read;
        }
        return Parsed.bad(complaint(value) + (read instanceof Parsed.Good ? ": put it in quotes" : ""));
    }

    /** {@code "must be <expected>, but is <text>"}. */
    static <T> Parsed<T> unlike(String expected, String text) {
        return Parsed.bad("must be " + expected + ", but is " + Quoted.text(text));
    }
}
