package io.reseal.daemon.api;

/**
 * A reason not to reset a guest.
 *
 * @param affected which versions of QEMU or KVM
 * @param stops whether it stops a reset unless forced
 */
public record HazardDocument(
        String id, String affected, String consequence, String cure, boolean stops, boolean forceable) {}
