package io.reseal.daemon.work;

import java.util.concurrent.Executor;

/** The threads on which what may block is done for guests. */
public interface BlockingWork {
    /** For reading {@code /proc}. */
    Executor processes(Subject subject);

    /** For reading files that a QEMU names, as it sees them. */
    Executor files(Subject subject);

    /** The same threads for all of it. */
    static BlockingWork on(Executor threads) {
        return new BlockingWork() {
            @Override
            public Executor processes(Subject subject) {
                return threads;
            }

            @Override
            public Executor files(Subject subject) {
                return threads;
            }
        };
    }
}
