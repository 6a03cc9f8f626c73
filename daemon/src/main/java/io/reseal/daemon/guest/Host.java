package io.reseal.daemon.guest;

/** What of this host can be looked at. Its parts read files, so never use them on an event loop; {@code digests} may be. */
record Host(ProcessTable processes, Fingerprints fingerprints, HostRoom room, LaunchDigests digests) {}
