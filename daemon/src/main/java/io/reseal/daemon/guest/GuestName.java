package io.reseal.daemon.guest;

import java.nio.file.Path;

/**
 * What a guest is called and where its monitor is.
 *
 * @param name unique on this daemon
 * @param socket of its QMP monitor
 */
public record GuestName(String name, Path socket) {}
