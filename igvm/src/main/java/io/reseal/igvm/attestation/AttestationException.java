package io.reseal.igvm.attestation;

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
        CERTIFICATE
    }

    private final Code code;
    private final long offset;
    private final String found;
    private final String allowed;

    AttestationException(Code code, long offset, String found, String allowed) {
        super("Byte 0x%x of the attestation evidence: expected %s, found %s; take fresh evidence from the guest"
                .formatted(offset, allowed, found));
        this.code = code;
        this.offset = offset;
        this.found = found;
        this.allowed = allowed;
    }

    public Code code() {
        return code;
    }

    public long offset() {
        return offset;
    }

    public String found() {
        return found;
    }

    public String allowed() {
        return allowed;
    }
}
