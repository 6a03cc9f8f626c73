package io.reseal.daemon.work;

/** A look was not begun, since the place hangs that it would go to; it works again once that place answers. */
public final class HangingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HangingException(String path, Place place) {
        super(Hang.text(path, place), null, false, false);
    }
}
