package io.reseal.daemon.guest;

import io.reseal.policy.Launch.Fingerprint;
import java.time.Instant;

/** What came of looking at a file. */
sealed interface Sight {
    /**
     * Its content could be read.
     *
     * @param changed the later of the last change of its content and of its inode: a file that a package brought has an
     *     old time of change, but its inode is new
     */
    record Seen(Fingerprint fingerprint, Instant changed) implements Sight {}

    /** It is certain that there is no file that could be loaded. */
    record Missing(String why) implements Sight {}

    /** It could not be looked at, which says nothing about it. */
    record Unknown(String why) implements Sight {}
}
