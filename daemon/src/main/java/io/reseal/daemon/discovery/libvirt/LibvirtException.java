package io.reseal.daemon.discovery.libvirt;

/** libvirt, or a QEMU behind it, did not do what was asked; the message says what and, where it is known, the cure. */
public class LibvirtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    public LibvirtException(String why) {
        super(why);
        this.why = why;
    }

    @Override
    public String getMessage() {
        return why;
    }
}
