package io.reseal.daemon.files;

import java.io.IOException;

/** What is there is certainly no file with content; the message says what it is. */
public final class UnfitFileException extends IOException {
    private static final long serialVersionUID = 1L;

    UnfitFileException(String message) {
        super(message);
    }
}
