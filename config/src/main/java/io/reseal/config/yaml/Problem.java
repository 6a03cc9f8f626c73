package io.reseal.config.yaml;

/**
 * One fault or warning.
 *
 * @param line from 1; 0 when it is about the whole file
 * @param column from 1, in code points; 0 when it is about the whole file
 * @param path the key, for example {@code guests[0].qmp}; empty when no key is meant
 * @param message goes on where the path ends: {@code must be an absolute path, but is `x`}
 */
public record Problem(String file, int line, int column, String path, String message) {
    /** For people: {@code reseal.yaml:3:17: guests[0].qmp must be an absolute path, but is `x`}. */
    @Override
    public String toString() {
        var place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + (path.isEmpty() ? message : path + " " + message);
    }
}
