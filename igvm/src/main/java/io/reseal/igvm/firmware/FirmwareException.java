package io.reseal.igvm.firmware;

/** Why a firmware image cannot be measured; the only exception that reading and measuring one raise. */
public final class FirmwareException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of fault it is, a word for programs. */
    public enum Fault {
        /** QEMU takes multiples of 64 KiB for {@code -bios}. */
        IMAGE_SIZE,
        /** The table of GUIDs at the end of the image is not there. */
        NO_TABLE,
        /** The table has no entry that leads to the metadata for this kind of guest: QEMU ends at the launch. */
        NO_METADATA,
        /** Metadata that lies outside the image, or has another signature, length or version. */
        BAD_METADATA,
        /** A section that is not made of whole pages, or whose data lies outside the image. */
        BAD_SECTION,
        /** More is to be measured than any guest has firmware. */
        LIMIT
    }

    private final Fault fault;
    private final long offset;

    FirmwareException(Fault fault, long offset, String found, String allowed) {
        // hostile images are the normal case: no stack trace
        super(
                fault + " at 0x" + Long.toHexString(offset) + ": " + found + ", allowed is " + allowed,
                null,
                false,
                false);
        this.fault = fault;
        this.offset = offset;
    }

    public Fault fault() {
        return fault;
    }

    /** Where, in bytes from the start of the image. */
    public long offset() {
        return offset;
    }
}
