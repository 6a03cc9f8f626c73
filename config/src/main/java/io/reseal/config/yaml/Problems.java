package io.reseal.config.yaml;

import io.reseal.config.SourcePosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. Confined to the call that reads it. */
final class Problems {
    /** Beyond this many nobody reads on, and a hostile file must not fill the log. */
    static final int MOST = 100;

    private final String file;
    private final List<Problem> faults = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void fault(SourcePosition at, String path, String message) {
        add(faults, at, path, message);
    }

    void warning(SourcePosition at, String path, String message) {
        add(warnings, at, path, message);
    }

    private void add(List<Problem> list, SourcePosition at, String path, String message) {
        list.add(new Problem(file, at.line(), at.column(), path, message));
    }

    boolean faulty() {
        return !faults.isEmpty();
    }

    List<Problem> warnings() {
        return readable(warnings);
    }

    ConfigException exception() {
        return new ConfigException(readable(faults));
    }

    private List<Problem> readable(List<Problem> list) {
        var sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing(problem -> new SourcePosition(problem.line(), problem.column())));
        if (sorted.size() <= MOST) {
            return sorted;
        }
        var rest = sorted.size() - MOST;
        var shown = new ArrayList<>(sorted.subList(0, MOST));
        shown.add(new Problem(
                file, 0, 0, "", "has " + rest + " more of them: correct the first " + MOST + " and try again"));
        return shown;
    }
}
