package io.reseal.qmp;

import io.netty.buffer.ByteBuf;
import io.reseal.qmp.Message.TooLarge;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line beyond the limit of its kind, on its way past: its beginning and its end are kept. Confined to the event loop. */
final class OversizedLine {
    /** Of these bytes. */
    static final int HEAD = 128;

    private static final int TAIL = 64;
    private static final Pattern ID_FIRST = Pattern.compile("\\s*\\{\\s*\"id\"\\s*:\\s*\"([A-Za-z0-9-]{1,40})\"");
    private static final Pattern ID_LAST = Pattern.compile("\"id\"\\s*:\\s*\"([A-Za-z0-9-]{1,40})\"\\s*}\\s*$");

    private final LineKind kind;
    private final int limit;
    private final byte[] head;
    private byte[] tail = {};
    private long bytes;

    OversizedLine(LineKind kind, int limit, byte[] head, int bytes) {
        this.kind = kind;
        this.limit = limit;
        this.head = head;
        this.bytes = bytes;
    }

    void skip(ByteBuf in, int more) {
        int kept = Math.min(more, TAIL);
        in.skipBytes(more - kept);
        var all = Arrays.copyOf(tail, tail.length + kept);
        in.readBytes(all, tail.length, kept);
        tail = Arrays.copyOfRange(all, Math.max(0, all.length - TAIL), all.length);
        bytes += more;
    }

    /** When it has ended. */
    TooLarge told() {
        var came = "one of " + bytes + " bytes began with " + MessageText.excerpt(head, head.length);
        var cure = kind == LineKind.REPLY ? "; a command that needs more says so by withReplyBytes" : "";
        return new TooLarge(kind, id(), kind.text() + " of at most " + limit + " bytes", came + cure);
    }

    /** QEMU writes the id of a reply first or last; "" if it is not found there. */
    String id() {
        var first = ID_FIRST.matcher(new String(head, StandardCharsets.ISO_8859_1));
        if (first.lookingAt()) {
            return first.group(1);
        }
        Matcher last = ID_LAST.matcher(new String(tail, StandardCharsets.ISO_8859_1));
        return last.find() ? last.group(1) : "";
    }
}
