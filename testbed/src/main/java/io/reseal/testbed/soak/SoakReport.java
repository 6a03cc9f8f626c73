package io.reseal.testbed.soak;

import io.reseal.testbed.hostile.Attack;
import io.reseal.testbed.hostile.Attacks;
import io.reseal.testbed.hostile.ForgedUrls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/** What was done, what was seen, and what of it must not be. For one thread. */
final class SoakReport {
    /** More lines than that are shown by nobody. */
    private static final int MOST_FAULTS = 10;

    /** A reset has a request and a verdict, and an attack some lines each time it is seen. */
    private static final int LINES_FOR_EACH_RESET = 6;

    private static final int OTHER_LINES_A_MINUTE = 2_000;

    /** The log takes in 5,000 guests at once, and each socket that is gone a moment later has three lines. */
    private static final int LINES_OF_NEW_GUESTS = 15_000;

    /** A few threads come and go with what they do. */
    private static final int THREADS_MORE = 8;

    private static final int DESCRIPTORS_MORE = 64;

    private static final Pattern STACK_TRACE =
            Pattern.compile("^\\s+at [\\w.$/]+\\(.*|^(Caused by|Exception in thread).*");

    /** Control characters, and those that turn text around. A tab is allowed. */
    private static final Pattern DIRTY =
            Pattern.compile("[\\p{Cntrl}&&[^\\t]]|[\\u0080-\\u009f\\u202a-\\u202e\\u2066-\\u2069]");

    private final SoakPlan plan;
    private final Vitals vitals;
    private final ResetRounds.Outcome resets;
    private final List<String> log;
    private final List<String> faults = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    SoakReport(SoakPlan plan, Vitals vitals, ResetRounds.Outcome resets, List<String> log) {
        this.plan = plan;
        this.vitals = vitals;
        this.resets = resets;
        this.log = log;
        resetsAreProven();
        vitals.faults().forEach(this::fault);
        memoryIsFlat();
        isFlat("threads", Vitals.Look::threads, THREADS_MORE);
        isFlat("descriptors", Vitals.Look::descriptors, DESCRIPTORS_MORE);
        logIsBounded();
        line(
                "the daemon's threads had no processor for %.2f s in each second; load average %s",
                vitals.waited(), load());
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).strip();
        } catch (IOException unreadable) {
            return "not known";
        }
    }

    /** Each attack has done something, and the daemon has told of it. */
    void attacked(Attacks attacks) {
        line("%-56s %12s %9s  %s", "attack", "done", "refused", "of");
        for (var attack : attacks.all()) {
            var sight = attack.sight();
            line("%-56s %,12d %,9d  %s%s", sight.name(), attack.done(), attack.refused(), sight.unit(), told(attack));
            if (attack.done() == 0) {
                fault("the attack '" + sight.name() + "' did nothing");
            }
            sight.metric()
                    .filter(series -> vitals.highest(series) == 0)
                    .ifPresent(series ->
                            fault("the daemon tells nothing of the attack '" + sight.name() + "': " + series));
            attack.complaint().ifPresent(complaint -> fault(sight.name() + ": " + complaint));
        }
        attacks.leftOut().forEach(reason -> line("left out: %s", reason));
    }

    private String told(Attack attack) {
        return attack.sight()
                .metric()
                .map(series -> number(", told of: %,.0f", vitals.highest(series)))
                .orElse("");
    }

    /** The daemon is the same process, and none of the guests was harmed. */
    void ended(boolean daemonLives, List<String> lostGuests) {
        if (!daemonLives) {
            fault("the daemon has ended");
        }
        if (!lostGuests.isEmpty()) {
            fault("these guests have ended: " + lostGuests);
        }
    }

    private void resetsAreProven() {
        line(
                "resets proven: %,d of %,d; from request to verdict %.0f ms p50, %.0f ms p99, %.0f ms the longest",
                resets.proven(),
                resets.millis().size(),
                resets.percentile(50),
                resets.percentile(99),
                resets.percentile(100));
        if (resets.proven() < plan.guests()) {
            fault("only " + resets.proven() + " resets were proven, of " + plan.guests() + " guests");
        }
        resets.faults().forEach(this::fault);
    }

    private void memoryIsFlat() {
        isFlat("MB resident", Vitals.Look::megabytes, 0);
        if (vitals.most(Vitals.Look::megabytes) > plan.limits().megabytes()) {
            fault(number(
                    "%.0f MB were resident, at most %d are allowed",
                    vitals.most(Vitals.Look::megabytes), plan.limits().megabytes()));
        }
        line(
                "/healthz: %d answers, the longest took %.0f ms",
                vitals.looks().size(), vitals.most(Vitals.Look::healthMillis));
    }

    private void isFlat(String what, ToDoubleFunction<Vitals.Look> figure, int more) {
        double first = vitals.mean(0, figure);
        double last = vitals.mean(2, figure);
        line("%s: %.0f in the first third, %.0f in the last, %.0f at most", what, first, last, vitals.most(figure));
        if (last > first * plan.limits().growth() + more) {
            fault(number("%s grew from %.0f to %.0f", what, first, last));
        }
    }

    private void logIsBounded() {
        double minutes = plan.length().toMillis() / 60_000.0;
        double allowed =
                LINES_OF_NEW_GUESTS + LINES_FOR_EACH_RESET * resets.millis().size() + OTHER_LINES_A_MINUTE * minutes;
        line("log: %,d lines, %,.0f a minute; %,.0f are allowed", log.size(), log.size() / minutes, allowed);
        if (log.size() > allowed) {
            fault(number("the log has %,d lines, at most %,.0f are allowed", log.size(), allowed));
        }
        report("a stack trace", line -> STACK_TRACE.matcher(line).matches() || line.contains("OutOfMemoryError"));
        report("a forged line", line -> line.stripLeading().startsWith(ForgedUrls.MARK));
        report("a control character", line -> DIRTY.matcher(line).find());
    }

    private void report(String what, Predicate<String> wrong) {
        log.stream().filter(wrong).findFirst().ifPresent(line -> fault("the log has " + what + ": " + line));
    }

    private void fault(String what) {
        faults.add(what);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that nothing else here needs
    private void line(String format, Object... values) {
        text.append(number(format, values)).append('\n');
    }

    @SuppressWarnings("AnnotateFormatMethod") // as above
    private static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    String text() {
        var whole = new StringBuilder(text);
        faults.stream()
                .limit(MOST_FAULTS)
                .forEach(fault -> whole.append("FAULT: ").append(fault).append('\n'));
        if (faults.size() > MOST_FAULTS) {
            whole.append("and ").append(faults.size() - MOST_FAULTS).append(" more\n");
        }
        return whole.append(faults.isEmpty() ? "All held.\n" : faults.size() + " faults.\n")
                .toString();
    }
}
