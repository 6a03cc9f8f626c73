package io.reseal.daemon.status;

import java.nio.file.Path;

/**
 * What a guest is called and where its monitor is.
 *
 * @param name unique on this daemon
 * @param socket of its QMP monitor
 * @param full what {@code name} was made of: the whole of it where it had to be cut or changed, or libvirt's name
 */
public record GuestName(String name, Path socket, String full) {
    public GuestName(String name, Path socket) {
        this(name, socket, name);
    }
}
