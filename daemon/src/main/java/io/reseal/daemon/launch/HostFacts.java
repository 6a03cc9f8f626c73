package io.reseal.daemon.launch;

import io.reseal.daemon.host.FileDigestCache;
import io.reseal.daemon.host.MiscController;
import io.reseal.daemon.host.ProcessTable;

/** What of this host can be looked at. Its parts read files, so never use them on an event loop; {@code digests} may be. */
public record HostFacts(
        ProcessTable processes, FileDigestCache fingerprints, MiscController room, LaunchDigestCache digests) {}
