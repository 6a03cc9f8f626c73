package io.reseal.config;

import io.reseal.config.ValueFormat.Parsed;
import io.reseal.policy.Durations;
import java.time.Duration;

/** A duration of at most 24 hours; a bare number lacks its unit. */
record DurationFormat(Duration shortest) implements ValueFormat<Duration> {
    static final ValueFormat<Duration> MAYBE_ZERO = new DurationFormat(Duration.ZERO);
    static final ValueFormat<Duration> ABOVE_ZERO = new DurationFormat(Duration.ofMillis(1));
    /** For what is done over and over: more often would be a busy loop. */
    static final ValueFormat<Duration> PERIOD = new DurationFormat(Duration.ofMillis(100));

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
    public Parsed<Duration> check(Node.Scalar value) {
        var text = value.text();
        boolean negative = text.startsWith("-");
        return Durations.parse(negative ? text.substring(1) : text)
                .map(size -> inRange(negative ? size.negated() : size))
                .orElseGet(() -> Parsed.bad(
                        complaint(value) + (value.type() == Node.Type.WHOLE_NUMBER ? ": add the unit" : "")));
    }

    private Parsed<Duration> inRange(Duration duration) {
        var actual = ", but is " + Durations.text(duration);
        if (duration.compareTo(shortest) < 0) {
            return Parsed.bad("must " + floor() + actual);
        }
        return duration.compareTo(LONGEST) > 0
                ? Parsed.bad("must be at most " + Durations.text(LONGEST) + actual)
                : Parsed.good(duration);
    }

    private String floor() {
        if (shortest.isZero()) {
            return "not be negative";
        }
        return shortest.toMillis() == 1 ? "be longer than zero" : "be at least " + Durations.text(shortest);
    }
}
