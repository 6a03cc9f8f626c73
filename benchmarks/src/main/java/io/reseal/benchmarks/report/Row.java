package io.reseal.benchmarks.report;

import java.util.Locale;

/**
 * One line of the report.
 *
 * @param what was measured
 * @param aim in words
 * @param verdict whether it was reached
 * @param spread between the rounds
 */
public record Row(String what, String aim, Values values, Verdict verdict, String spread) {

    /** As they are printed. */
    public record Values(String median, String worst, String reference, String ratio) {
        public static Values of(String median, String worst) {
            return new Values(median, worst, "", "");
        }
    }

    /** Whether an aim was reached. */
    public enum Verdict {
        MET("met"),
        MISSED("**missed**"),
        NONE("");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        public static Verdict of(boolean met) {
            return met ? MET : MISSED;
        }
    }

    String markdown() {
        return "| "
                + String.join(
                        " | ",
                        what,
                        aim,
                        values.median(),
                        values.worst(),
                        values.reference(),
                        values.ratio(),
                        verdict.text)
                + " |";
    }

    /** A number with its unit, the same in every country. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that nothing else here needs
    public static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
