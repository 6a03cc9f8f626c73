package io.reseal.igvm.attestation;

import java.util.OptionalLong;

/** Evidence that cannot be read at all: what stood where, and what may stand there. */
public final class AttestationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong; stable names, fit for metrics. */
    public enum Code {
        SIZE,
        VERSION,
        KEY_TYPE,
        TEE_TYPE,
        BODY_TYPE,
        LENGTH,
        CERTIFICATION_TYPE,
        TRAILING_BYTES,
        CERTIFICATE,
        /** The file holds something else, or evidence of another size. */
        NOT_EVIDENCE
    }

    /** What is above is no version, but the bytes of something else. */
    private static final long LAST_PLAUSIBLE_VERSION = 255;

    private static final long NOWHERE = -1;

    private final Code code;
    private final long offset;
    private final String found;
    private final String allowed;

    public AttestationException(Code code, long offset, String found, String allowed) {
        this(code, offset, found, allowed, "take fresh evidence from the guest");
    }

    private AttestationException(Code code, long offset, String found, String allowed, String cure) {
        super("Byte 0x%x of the attestation evidence: expected %s, found %s; %s"
                .formatted(offset, allowed, found, cure));
        this.code = code;
        this.offset = offset;
        this.found = found;
        this.allowed = allowed;
    }

    /** A whole sentence, where no single byte is to blame. */
    public AttestationException(Code code, String message) {
        super(message);
        this.code = code;
        this.offset = NOWHERE;
        this.found = "";
        this.allowed = "";
    }

    /** Of a version that was defined after this code was written, or of one that never was. */
    public static AttestationException version(long found, String allowed, long newest) {
        String cure = found > newest && found <= LAST_PLAUSIBLE_VERSION
                ? "Reseal is too old for it, take a newer one"
                : "take fresh evidence from the guest";
        return new AttestationException(Code.VERSION, 0, "version " + found, allowed, cure);
    }

    /** The kind of evidence is known, but bytes are missing or too many. */
    public static AttestationException wrongSize(String message) {
        return new AttestationException(Code.SIZE, message);
    }

    public Code code() {
        return code;
    }

    /** Of the byte that is to blame, if it is one. */
    public OptionalLong offset() {
        return offset == NOWHERE ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    public String found() {
        return found;
    }

    public String allowed() {
        return allowed;
    }
}
