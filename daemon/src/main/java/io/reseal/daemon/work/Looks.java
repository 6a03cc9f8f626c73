package io.reseal.daemon.work;

/** Where the task of this thread is. Outside of a {@link BlockingPool} its methods do nothing. */
public final class Looks {
    static final ScopedValue<Visit> CURRENT = ScopedValue.newInstance();

    /**
     * The task goes to another place, and has left the one before; it is told before it touches that.
     *
     * @param path what it looks at there
     * @throws HangingException if the place hangs
     */
    public static void enter(Place place, String path) {
        if (CURRENT.isBound()) {
            CURRENT.get().enter(place, path);
        }
    }

    /** The place has answered, and the task stays there: a large file is read in many steps. */
    public static void answered() {
        if (CURRENT.isBound()) {
            CURRENT.get().answered();
        }
    }

    /** The task has read all that it wants, and computes. */
    public static void leave() {
        if (CURRENT.isBound()) {
            CURRENT.get().leave();
        }
    }

    private Looks() {}
}
