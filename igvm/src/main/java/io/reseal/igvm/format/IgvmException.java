package io.reseal.igvm.format;

import java.util.OptionalLong;

/** Why bytes are not taken as an IGVM file; the only exceptions that parsing and measuring raise. */
public abstract sealed class IgvmException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final long NOWHERE = -1;

    private final long offset;
    private final String found;
    private final String allowed;

    private IgvmException(String code, long offset, String found, String allowed) {
        // hostile files are the normal case, and where in this module they were refused helps nobody: no stack trace
        super(message(code, offset, found, allowed), null, false, false);
        this.offset = offset;
        this.found = found;
        this.allowed = allowed;
    }

    private static String message(String code, long offset, String found, String allowed) {
        var place = offset == NOWHERE ? "" : " at 0x" + Long.toHexString(offset);
        return code + place + ": " + found + ", allowed is " + allowed;
    }

    /** What kind of fault it is, a word for programs. */
    public abstract String code();

    /** Where, in bytes from the start of the file: a field of the fixed header, or a variable header; empty if something is missing. */
    public OptionalLong offset() {
        return offset == NOWHERE ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** What is there, in words for people. */
    public String found() {
        return found;
    }

    /** What may be there, in words for people. */
    public String allowed() {
        return allowed;
    }

    /** A file that breaks a rule of the IGVM format: microsoft/igvm, and so QEMU, rejects it too. */
    public static final class Malformed extends IgvmException {
        private static final long serialVersionUID = 1L;

        private final Fault fault;

        public Malformed(Fault fault, long offset, String found, String allowed) {
            super(fault.name(), offset, found, allowed);
            this.fault = fault;
        }

        /** Something that must be there is nowhere. */
        public Malformed(Fault fault, String found, String allowed) {
            this(fault, -1, found, allowed);
        }

        public Fault fault() {
            return fault;
        }

        @Override
        public String code() {
            return fault.name();
        }
    }

    /** A file that may well be right, but is larger than the {@link Limits} that the caller set. */
    public static final class LimitExceeded extends IgvmException {
        private static final long serialVersionUID = 1L;

        public LimitExceeded(long offset, String found, String allowed) {
            super("LIMIT", offset, found, allowed);
        }

        @Override
        public String code() {
            return "LIMIT";
        }
    }
}
