package io.reseal.qmp;

/**
 * Who listens on the socket, as the kernel says (SO_PEERCRED): the process that called {@code listen()}. That is QEMU,
 * unless it was handed a listening socket by its parent (libvirt does so); {@code pid} is 0 for a process outside our
 * pid namespace.
 */
public record PeerCredentials(int pid, int uid, int gid) {}
