package io.reseal.daemon.health;

/** Turns of heartbeats as a test wants them: no time passes. */
public final class Turns {
    public static void pass(Heartbeats heartbeats, int turns) {
        for (int i = 0; i < turns; i++) {
            heartbeats.turn();
        }
    }

    private Turns() {}
}
