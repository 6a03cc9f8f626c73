package io.reseal.qmp;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A connection that QEMU's kernel has taken and that QEMU has not greeted: it is starting, it is stopped, or it serves another
 * client. Holds what can be found out without QEMU.
 *
 * @param peer who listens on the socket; empty without the native transport
 * @param inode of our socket, as {@code /proc/PID/fd} tells it; empty without the native transport
 */
public record Ungreeted(Path socket, Optional<PeerCredentials> peer, OptionalLong inode) {}
