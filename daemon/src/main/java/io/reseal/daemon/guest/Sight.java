package io.reseal.daemon.guest;

import io.reseal.policy.Launch.Fingerprint;

/** What came of looking at a file. */
sealed interface Sight {
    /** Its content could be read. */
    record Seen(Fingerprint fingerprint) implements Sight {}

    /** It is certain that there is no file that could be loaded. */
    record Missing(String why) implements Sight {}

    /** It could not be looked at, which says nothing about it. */
    record Unknown(String why) implements Sight {}
}
