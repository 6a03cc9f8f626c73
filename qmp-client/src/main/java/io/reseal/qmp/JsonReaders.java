package io.reseal.qmp;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/**
 * Jackson's readers of objects from QEMU. They are made when the first line comes, as that takes longer than the rest of a client: a daemon
 * is ready without. Safe for any thread.
 */
final class JsonReaders {
    private final int depth;
    /** Two threads may make one each, and either is as good. */
    private volatile @Nullable Made made;

    private record Made(ObjectReader replies, ObjectReader events) {
        static Made of(int depth) {
            var factory = JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(depth)
                            .maxNameLength(QmpText.MOST_CHARACTERS)
                            .maxStringLength(Integer.MAX_VALUE) // the line is within its limit already
                            .build())
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // always UTF-8, also if a NUL comes early
                    .recyclerPool(JsonRecyclerPools.threadLocalPool()) // few threads, and no contention between them
                    .build();
            var replies = JsonMapper.builder(factory)
                    .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .reader();
            return new Made(replies, replies.with(new ShortTexts()));
        }
    }

    /** Strings of events are for people: none is an address or a path. */
    private static final class ShortTexts extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public StringNode stringNode(@Nullable String text) {
            return super.stringNode(text == null ? "" : QmpText.cut(text));
        }
    }

    JsonReaders(int depth) {
        this.depth = depth;
    }

    ObjectReader of(LineKind kind) {
        var readers = made;
        if (readers == null) {
            readers = Made.of(depth);
            made = readers;
        }
        return kind == LineKind.EVENT ? readers.events : readers.replies;
    }
}
