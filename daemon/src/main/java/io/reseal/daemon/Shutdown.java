package io.reseal.daemon;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes parts one after the other; a part that fails does not keep the next from being closed. Used by one thread. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger("reseal");

    private @Nullable Throwable failure;

    /** Closes one part, and logs its failure. */
    void step(String part, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException | Error failed) {
            LOG.error("closing failed for {}: {}; the other parts are closed all the same", part, failed.toString());
            keep(failed);
        }
    }

    private void keep(Throwable failed) {
        if (failure == null) {
            failure = failed;
        } else if (!failure.equals(failed)) {
            failure.addSuppressed(failed);
        }
    }

    /**
     * Ends the shutdown.
     *
     * @throws FailedException if a part failed; its cause is the first failure, with the later ones suppressed
     */
    void end() {
        if (failure != null) {
            throw new FailedException(failure);
        }
    }

    /** A part could not be closed; the log says which. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(Throwable cause) {
            super("stopping failed, the log says for which parts: " + cause, cause);
        }
    }
}
