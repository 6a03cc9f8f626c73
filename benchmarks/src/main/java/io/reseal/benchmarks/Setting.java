package io.reseal.benchmarks;

import java.nio.file.Path;

/**
 * What every measurement is told.
 *
 * @param launcher the file {@code reseal}
 * @param quick few rounds, to try whether the benchmark works
 */
record Setting(Path launcher, CClient c, boolean quick) {
    int choose(int quickly, int thoroughly) {
        return quick ? quickly : thoroughly;
    }

    /** Progress, as some measurements take minutes. */
    static void say(String text) {
        System.err.println("bench: " + text);
    }
}
