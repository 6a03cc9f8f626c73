package io.reseal.qmp;

/**
 * How much of a monitor's bytes is taken in. A QEMU may be hostile: what it sends within these limits fits into a small heap.
 *
 * @param greetingBytes the longest greeting, and the longest beginning of a line that does not tell what the line is; that of QEMU
 *     11.1 has 130 bytes
 * @param eventBytes the longest event; a longer one is dropped, counted and told, and the connection goes on
 * @param replyBytes the longest reply; {@code query-qmp-schema} of QEMU 11.1 answers with 248 kB. A longer one fails its command; a
 *     command that needs more says so: {@link QmpCommand#withReplyBytes}
 * @param nodes how many JSON values a message may have; the schema has about 30,000. The heap holds at most 240 bytes for each. An event
 *     may have one for each 64 bytes of its limit
 * @param depth how deep JSON may nest
 * @param unfinishedBytes how many bytes of unfinished lines all connections of a {@link QmpTransport} hold together; beyond it the one
 *     that holds the most is closed
 */
public record QmpLimits(int greetingBytes, int eventBytes, int replyBytes, int nodes, int depth, int unfinishedBytes) {
    private static final int LEAST_LINE_BYTES = 256;

    /** Refuses what makes no sense. */
    public QmpLimits {
        requireAtLeast("greeting limit in bytes", greetingBytes, LEAST_LINE_BYTES);
        requireAtLeast("event limit in bytes", eventBytes, LEAST_LINE_BYTES);
        requireAtLeast("reply limit in bytes", replyBytes, LEAST_LINE_BYTES);
        requireAtLeast("limit of JSON values", nodes, 64);
        requireAtLeast("depth limit", depth, 8);
        requireAtLeast(
                "limit of unfinished lines in bytes",
                unfinishedBytes,
                Math.max(greetingBytes, Math.max(eventBytes, replyBytes)));
    }

    /** Four times what QEMU 11.1 needs, and more. */
    public static QmpLimits defaults() {
        return new QmpLimits(4 << 10, 64 << 10, 1 << 20, 1 << 16, 64, 16 << 20);
    }

    /** The same with another limit of greetings. */
    public QmpLimits withGreetingBytes(int bytes) {
        return new QmpLimits(bytes, eventBytes, replyBytes, nodes, depth, unfinishedBytes);
    }

    /** The same with another limit of events. */
    public QmpLimits withEventBytes(int bytes) {
        return new QmpLimits(greetingBytes, bytes, replyBytes, nodes, depth, unfinishedBytes);
    }

    /** The same with another limit of replies. */
    public QmpLimits withReplyBytes(int bytes) {
        return new QmpLimits(greetingBytes, eventBytes, bytes, nodes, depth, unfinishedBytes);
    }

    /** The same with another limit of JSON values. */
    public QmpLimits withNodes(int values) {
        return new QmpLimits(greetingBytes, eventBytes, replyBytes, values, depth, unfinishedBytes);
    }

    /** The same with another limit of nesting. */
    public QmpLimits withDepth(int levels) {
        return new QmpLimits(greetingBytes, eventBytes, replyBytes, nodes, levels, unfinishedBytes);
    }

    /** The same with another limit of unfinished lines. */
    public QmpLimits withUnfinishedBytes(int bytes) {
        return new QmpLimits(greetingBytes, eventBytes, replyBytes, nodes, depth, bytes);
    }

    /** For a connection with a command that expects a longer reply. */
    QmpLimits raisedTo(int bytes) {
        if (bytes <= replyBytes) {
            return this;
        }
        long values = (long) nodes * bytes / replyBytes;
        return withUnfinishedBytes(Math.max(bytes, unfinishedBytes))
                .withReplyBytes(bytes)
                .withNodes((int) Math.min(values, Integer.MAX_VALUE));
    }

    /** How many values a message of that kind may have. */
    int nodes(LineKind kind) {
        return kind == LineKind.EVENT ? Math.min(nodes, eventBytes / 64) : nodes;
    }

    /** The longest line of that kind. */
    int bytes(LineKind kind) {
        return switch (kind) {
            case GREETING, UNKNOWN -> greetingBytes;
            case EVENT -> eventBytes;
            case REPLY -> replyBytes;
        };
    }

    private static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("the " + what + " must be at least " + least + " but is " + value);
        }
    }
}
