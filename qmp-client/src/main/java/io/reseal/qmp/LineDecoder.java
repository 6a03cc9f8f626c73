package io.reseal.qmp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Unread;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in, {@link Message}s out, line by line. Holds memory while a line is unfinished only, within the limit for its kind and the budget of
 * all connections. A longer line is dropped as it comes. Confined to the event loop.
 */
final class LineDecoder extends ChannelInboundHandlerAdapter implements LineBudget.Holder {
    private static final int SCRATCH_BYTES = QmpTransport.RECEIVE_BYTES;
    private static final byte[] NOTHING = {};
    /** One for each event loop, not for each connection. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH_BYTES];
        }
    };

    private final MessageReader messages;
    private final LineBudget budget;
    private QmpLimits limits;
    private Supplier<@Nullable SparseReply> expected = () -> null;
    private @Nullable ChannelHandlerContext context;

    /** The unfinished line, and how much of it came. Read by other threads: only its length. */
    private volatile byte[] line = NOTHING;

    private int length;
    private LineKind kind = LineKind.UNKNOWN;
    private @Nullable OversizedLine oversized;
    private boolean ended;
    /** Told to, and about to do it: what comes until then is dropped. */
    private volatile boolean lettingGo;

    private String unreadName = "";
    private int unread;

    LineDecoder(MessageReader messages, LineBudget budget) {
        this.messages = messages;
        this.budget = budget;
        this.limits = messages.limits();
    }

    /** What tells which reply is to come next, if it is read without a tree. */
    void expecting(Supplier<@Nullable SparseReply> next) {
        expected = next;
    }

    /** A command was sent whose reply may have so many bytes. */
    void makeRoom(int replyBytes) {
        limits = limits.raisedTo(replyBytes);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        try {
            while (in.isReadable() && !ended) {
                take(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        tellUnread();
        ctx.fireChannelReadComplete();
    }

    /** As much as belongs to one line. */
    private void take(ByteBuf in) {
        int from = in.readerIndex();
        int newline = in.indexOf(from, in.writerIndex(), (byte) '\n');
        int more = (newline < 0 ? in.writerIndex() : newline) - from;
        if (oversized != null) {
            oversized.skip(in, more);
        } else if (newline >= 0 && length == 0 && more <= SCRATCH_BYTES) {
            var whole = SCRATCH.get();
            in.readBytes(whole, 0, more);
            read(whole, more);
        } else {
            append(in, more);
            if (newline >= 0 && oversized == null && !ended) {
                finish();
            }
        }
        if (newline >= 0 && !ended) {
            in.skipBytes(1);
            endOversized();
        }
    }

    /** Never more than the limit: what is beyond is dropped at once. */
    private void append(ByteBuf in, int more) {
        int most = limits.bytes(kind);
        int fitting = Math.min(more, most - length);
        grow(length + fitting, most);
        if (ended) {
            return;
        }
        in.readBytes(line, length, fitting);
        length += fitting;
        if (more > fitting) {
            beyondLimit(in, more - fitting);
        }
    }

    private void beyondLimit(ByteBuf in, int more) {
        if (kind == LineKind.UNKNOWN) {
            kind = messages.kind(line, length);
            if (limits.bytes(kind) > length && kind != LineKind.UNKNOWN) {
                append(in, more);
                return;
            }
        }
        if (kind == LineKind.UNKNOWN || kind == LineKind.GREETING) {
            end("%s of at most %d bytes".formatted(kind.text(), limits.bytes(kind)), "a longer one");
            return;
        }
        oversized = new OversizedLine(
                kind, limits.bytes(kind), Arrays.copyOf(line, Math.min(length, OversizedLine.HEAD)), length);
        release();
        oversized.skip(in, more);
    }

    private void grow(int needed, int most) {
        var before = line;
        if (lettingGo) {
            overBudget(limits.unfinishedBytes());
        } else if (needed > before.length) {
            int size = Math.min(most, Math.max(Math.max(needed, 512), before.length * 2));
            line = Arrays.copyOf(before, size);
            budget.take(this, size - before.length, limits.unfinishedBytes());
        }
    }

    private void finish() {
        var whole = line;
        int bytes = length;
        release();
        read(whole, bytes);
    }

    private void release() {
        var held = line;
        line = NOTHING;
        length = 0;
        kind = LineKind.UNKNOWN;
        if (held.length > 0) {
            budget.give(this, held.length);
        }
    }

    private void endOversized() {
        var line = oversized;
        if (line != null) {
            oversized = null;
            pass(line.told());
        }
    }

    private void read(byte[] bytes, int count) {
        messages.read(bytes, count, new MessageReader.Expected(limits, expected.get()), this::pass);
    }

    private void pass(Message message) {
        if (ended) {
            return;
        }
        if (message instanceof Unread event) {
            if (!event.name().equals(unreadName)) {
                tellUnread();
                unreadName = event.name();
            }
            unread++;
            return;
        }
        tellUnread();
        ended = message instanceof Garbage garbage && garbage.fatal();
        fire(message);
    }

    private void tellUnread() {
        if (unread > 0) {
            int count = unread;
            unread = 0;
            fire(new Unread(unreadName, count));
        }
    }

    private void fire(Message message) {
        if (context != null) {
            context.fireChannelRead(message);
        }
    }

    private void end(String expected, String what) {
        var came = what + " began with " + MessageText.excerpt(line, length);
        release();
        pass(new Garbage(expected, came, true));
    }

    @Override
    public int held() {
        return line.length;
    }

    @Override
    public int letGo(int most) {
        int held = line.length;
        lettingGo = true;
        var ctx = context;
        if (ctx == null || ctx.executor().inEventLoop()) {
            overBudget(most);
        } else {
            ctx.executor().execute(() -> overBudget(most));
        }
        return held;
    }

    private void overBudget(int most) {
        if (!ended) {
            end(
                    "unfinished lines of at most %d bytes on all connections together".formatted(most),
                    "they are more, and this connection has the longest, %d bytes, which".formatted(line.length));
        }
    }
}
