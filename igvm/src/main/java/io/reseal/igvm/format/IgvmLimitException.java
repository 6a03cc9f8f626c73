package io.reseal.igvm.format;

/** A file that may well be right, but is larger than the {@link Limits} that the caller set. */
public final class IgvmLimitException extends IgvmException {
    private static final long serialVersionUID = 1L;

    public IgvmLimitException(long offset, String found, String allowed) {
        super("LIMIT", offset, found, allowed);
    }

    @Override
    public String code() {
        return "LIMIT";
    }
}
