package io.reseal.daemon.cli.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The events of one connection. Its handler methods are confined to the event loop; {@link #next} is for one other thread.
 * While that thread is slow nothing more is read from the socket, so that the daemon, not this process, decides what is lost.
 */
final class SseReader extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MAX_WAITING = 256;

    /** What came. */
    sealed interface Line {
        /** An event. */
        record Data(String id, String json) implements Line {}

        /** No more will come; {@code status} is that of the answer, 0 when there was none; {@code id} is where to go on. */
        record End(int status, String id) implements Line {}
    }

    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private int status;
    private String id = "";
    private String data = "";

    /** Waits for the next. */
    Line next() throws InterruptedException {
        return lines.take();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
        ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (message instanceof HttpResponse response) {
            status = response.status().code();
        }
        if (message instanceof HttpContent content && status == 200) {
            content.content().forEachByte(b -> {
                take(b);
                return true;
            });
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readMore(ctx);
    }

    private void readMore(ChannelHandlerContext ctx) {
        if (lines.size() < MAX_WAITING) {
            ctx.read();
        } else {
            ctx.executor().schedule(() -> readMore(ctx), 20, TimeUnit.MILLISECONDS);
        }
    }

    private void take(byte b) {
        if (b != '\n') {
            partial.write(b);
            return;
        }
        var line = partial.toString(StandardCharsets.UTF_8);
        partial.reset();
        if (line.startsWith("id: ")) {
            id = line.substring("id: ".length());
        } else if (line.startsWith("data: ")) {
            data = line.substring("data: ".length());
        } else if (line.isEmpty() && !data.isEmpty()) {
            lines.add(new Line.Data(id, data));
            data = "";
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lines.add(new Line.End(status, id));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable broken) {
        ctx.close();
    }
}
