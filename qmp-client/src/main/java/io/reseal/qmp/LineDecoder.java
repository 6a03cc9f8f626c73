package io.reseal.qmp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.FastThreadLocal;
import io.reseal.qmp.Message.Garbage;
import java.util.List;

/**
 * Bytes in, {@link Message}s out, line by line. Memory is bounded by the line limit and given back after each line.
 * Confined to the event loop.
 */
final class LineDecoder extends ByteToMessageDecoder {
    private static final int SCRATCH_BYTES = 16 << 10;
    /** One for each event loop, not for each connection; longer lines are rare and get an array of their own. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH_BYTES];
        }
    };

    private final MessageReader messages;
    private final int maxLineBytes;
    private int scanned;
    private boolean overflown;

    LineDecoder(MessageReader messages, int maxLineBytes) {
        this.messages = messages;
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (overflown) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int start = in.readerIndex();
        int newline = in.indexOf(start + scanned, in.writerIndex(), (byte) '\n');
        int length = newline < 0 ? in.readableBytes() : newline - start;
        if (length > maxLineBytes) {
            overflow(in, out);
        } else if (newline < 0) {
            scanned = length;
        } else {
            scanned = 0;
            readLine(in, length, out);
            in.skipBytes(1);
        }
    }

    private void readLine(ByteBuf in, int length, List<Object> out) {
        byte[] line = length <= SCRATCH_BYTES ? SCRATCH.get() : new byte[length];
        in.readBytes(line, 0, length);
        messages.read(line, length, out);
    }

    private void overflow(ByteBuf in, List<Object> out) {
        overflown = true;
        var came = "a longer one began with " + MessageText.excerpt(in) + "; raise maxLineBytes if that is honest";
        out.add(new Garbage("lines of at most " + maxLineBytes + " bytes", came, true));
        in.skipBytes(in.readableBytes());
    }
}
