package io.reseal.qmp;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** Picks what is wanted out of the bytes of a reply, without a tree; for commands that are sent often. Safe for any thread. */
@FunctionalInterface
public interface ReplyReader {
    /**
     * Reads the value of {@code return}.
     *
     * @param json at the first token of the value; it must be left at its last one
     * @return what was read, or null where the value is not as expected: then it is answered as a tree
     */
    @Nullable
    Object read(JsonParser json);
}
