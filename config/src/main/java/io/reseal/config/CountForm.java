package io.reseal.config;

import java.util.regex.Pattern;

/** A whole number from 1, in decimal digits. */
record CountForm(int most) implements ValueFormat<Integer> {
    // nine digits fit an int
    private static final Pattern DECIMAL = Pattern.compile("\\+?0*([0-9]{1,9})");

    @Override
    public String type() {
        return "whole number";
    }

    @Override
    public String expected() {
        return "a whole number from 1 to " + most;
    }

    @Override
    public Parsed<Integer> check(Node.Scalar value) {
        var digits = DECIMAL.matcher(value.text());
        if (!digits.matches() || outOfRange(Integer.parseInt(digits.group(1)))) {
            return Parsed.bad(complaint(value));
        }
        return value.type() == Node.Type.WHOLE_NUMBER
                ? Parsed.good(Integer.parseInt(digits.group(1)))
                : Parsed.bad(complaint(value) + ": remove the quotes");
    }

    private boolean outOfRange(int count) {
        return count < 1 || count > most;
    }
}
