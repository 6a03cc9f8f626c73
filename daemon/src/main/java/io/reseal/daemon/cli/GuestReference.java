package io.reseal.daemon.cli;

/** How a command is told which guest it is about. */
final class GuestReference {
    static final String DESCRIPTION =
            "its name; or the path or file name of its socket, its UUID, or its name in libvirt, where only one guest has it";

    private GuestReference() {}
}
