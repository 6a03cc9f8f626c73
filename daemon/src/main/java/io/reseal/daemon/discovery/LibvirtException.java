package io.reseal.daemon.discovery;

/** libvirt, or a QEMU behind it, did not do what was asked; the message says what and, where it is known, the cure. */
class LibvirtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    LibvirtException(String why) {
        super(why);
        this.why = why;
    }

    @Override
    public String getMessage() {
        return why;
    }
}
