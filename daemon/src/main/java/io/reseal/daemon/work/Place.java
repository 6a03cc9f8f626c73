package io.reseal.daemon.work;

import org.jspecify.annotations.Nullable;

/**
 * What a thread can be blocked by: a file system, or another process that is read.
 *
 * @param key of its own
 * @param text for people
 * @param shared whether several threads may be there at once; a file system that somebody else serves (FUSE, a network) is for one at a time, so that it
 *     can block one thread of a pool only
 */
public record Place(String key, String text, boolean shared) {
    /** Several mounts of one file system are one place. */
    boolean is(@Nullable Place other) {
        return other != null && key.equals(other.key());
    }
}
