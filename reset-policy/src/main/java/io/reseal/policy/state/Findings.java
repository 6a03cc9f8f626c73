package io.reseal.policy.state;

import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What is known of each level of one reset. */
public record Findings(Map<Level, Finding> byLevel) {
    public Findings {
        byLevel = Map.copyOf(byLevel);
    }

    /** At the beginning of a reset: levels that this version cannot prove are unknowable. */
    public static Findings start(boolean acknowledgeable, boolean rebuilt) {
        var findings = new EnumMap<Level, Finding>(Level.class);
        for (var level : Level.values()) {
            findings.put(level, level.provable() ? Finding.PENDING : Finding.UNKNOWABLE);
        }
        if (!acknowledgeable) {
            findings.put(Level.ACKNOWLEDGED, Finding.NOT_APPLICABLE);
        }
        if (!rebuilt) {
            findings.put(Level.REBUILT, Finding.NOT_APPLICABLE);
        }
        return new Findings(findings);
    }

    public Finding of(Level level) {
        return byLevel.getOrDefault(level, Finding.UNKNOWABLE);
    }

    public boolean is(Level level, Finding finding) {
        return of(level) == finding;
    }

    public Findings with(Level level, Finding finding) {
        var changed = new EnumMap<>(byLevel);
        changed.put(level, finding);
        return new Findings(changed);
    }

    /** Whether no evidence up to {@code wanted} is awaited any more. */
    public boolean complete(Level wanted) {
        return upTo(wanted, Finding.PENDING) == 0;
    }

    /** Whether every level up to {@code wanted} that applies is shown. */
    public boolean proven(Level wanted) {
        return complete(wanted) && upTo(wanted, Finding.UNKNOWABLE) + upTo(wanted, Finding.CONTRADICTED) == 0;
    }

    /** Where there is no reply to show {@code acknowledged}, the RESET has to. */
    private Level enough(Level wanted) {
        return wanted == Level.ACKNOWLEDGED && is(wanted, Finding.NOT_APPLICABLE) ? Level.OBSERVED : wanted;
    }

    private long upTo(Level wanted, Finding finding) {
        var highest = enough(wanted);
        return byLevel.entrySet().stream()
                .filter(entry -> entry.getKey().compareTo(highest) <= 0 && entry.getValue() == finding)
                .count();
    }

    /** The levels up to {@code wanted} that apply and are not shown, lowest first. */
    public Stream<Level> notShown(Level wanted) {
        return Arrays.stream(Level.values())
                .filter(level -> level.compareTo(wanted) <= 0)
                .filter(level -> of(level) != Finding.SHOWN && of(level) != Finding.NOT_APPLICABLE);
    }

    /** The highest level that is shown together with all those below it that apply. */
    public Optional<Level> reached() {
        Optional<Level> reached = Optional.empty();
        for (var level : Level.values()) {
            switch (of(level)) {
                case SHOWN -> reached = Optional.of(level);
                case NOT_APPLICABLE -> {}
                case PENDING, UNKNOWABLE, CONTRADICTED -> {
                    return reached;
                }
            }
        }
        return reached;
    }
}
