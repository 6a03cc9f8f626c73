package io.reseal.daemon.host;

import io.reseal.policy.launch.Launch.Fingerprint;

/** What came of looking at a file. */
public sealed interface FileReading {
    /** Its content could be read. */
    record Seen(Fingerprint fingerprint) implements FileReading {}

    /** It is certain that there is no file that could be loaded. */
    record Missing(String why) implements FileReading {}

    /** It could not be looked at, which says nothing about it. */
    record Unknown(String why) implements FileReading {}
}
