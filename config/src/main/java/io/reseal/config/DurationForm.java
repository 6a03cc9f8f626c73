package io.reseal.config;

import io.reseal.policy.Durations;
import java.time.Duration;

/** A duration of at most 24 hours; a bare number lacks its unit. */
record DurationForm(Duration shortest) implements Form<Duration> {
    static final Form<Duration> MAYBE_ZERO = new DurationForm(Duration.ZERO);
    static final Form<Duration> ABOVE_ZERO = new DurationForm(Duration.ofMillis(1));
    /** For what is done over and over: more often would be a busy loop. */
    static final Form<Duration> PERIOD = new DurationForm(Duration.ofMillis(100));

    private static final Duration LONGEST = Duration.ofHours(24);

    @Override
    public String type() {
        return "duration";
    }

    @Override
    public String expected() {
        return Durations.EXPECTED;
    }

    @Override
    public Checked<Duration> check(Node.Scalar value) {
        var text = value.text();
        boolean negative = text.startsWith("-");
        return Durations.parse(negative ? text.substring(1) : text)
                .map(size -> inRange(negative ? size.negated() : size))
                .orElseGet(() -> Checked.bad(
                        complaint(value) + (value.type() == Node.Type.WHOLE_NUMBER ? ": add the unit" : "")));
    }

    private Checked<Duration> inRange(Duration duration) {
        var actual = ", but is " + Durations.text(duration);
        if (duration.compareTo(shortest) < 0) {
            return Checked.bad("must " + floor() + actual);
        }
        return duration.compareTo(LONGEST) > 0
                ? Checked.bad("must be at most " + Durations.text(LONGEST) + actual)
                : Checked.good(duration);
    }

    private String floor() {
        if (shortest.isZero()) {
            return "not be negative";
        }
        return shortest.toMillis() == 1 ? "be longer than zero" : "be at least " + Durations.text(shortest);
    }
}
