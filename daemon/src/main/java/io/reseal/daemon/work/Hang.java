package io.reseal.daemon.work;

import java.time.Duration;

/**
 * A look that is blocked, or was not begun since another one is blocked at the same place.
 *
 * @param subject of the look, with the path that it is at
 * @param place that does not answer
 * @param lasts how long it has not answered
 * @param begun whether a thread is blocked by it
 */
public record Hang(Subject subject, Place place, Duration lasts, boolean begun) {
    public String text() {
        return text(subject.path(), place) + ", for " + lasts.toSeconds() + " s now";
    }

    static String text(String path, Place place) {
        return "%s cannot be looked at: %s does not answer".formatted(path, place.text());
    }
}
