package io.reseal.igvm.format;

/** A file that breaks a rule of the IGVM format: microsoft/igvm, and so QEMU, rejects it too. */
public final class MalformedIgvmException extends IgvmException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    public MalformedIgvmException(Fault fault, long offset, String found, String allowed) {
        super(fault.name(), offset, found, allowed);
        this.fault = fault;
    }

    /** Something that must be there is nowhere. */
    public MalformedIgvmException(Fault fault, String found, String allowed) {
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
