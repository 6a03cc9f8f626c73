package io.reseal.daemon.monitor;

import java.nio.file.Path;

/** The guest changes faster than it can be read: what was read belongs to several times, so it says nothing. */
public final class UnstableReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnstableReadException(Path socket, String came) {
        super("%s: expected a guest that keeps its state while it is read, but %s; it is tried again"
                .formatted(socket, came));
    }
}
