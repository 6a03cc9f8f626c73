package io.reseal.daemon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits a little when a connection cannot be accepted, and tells it once, until one is accepted again. On a listening channel. */
final class AcceptErrors extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.http");
    private static final long PAUSE_MILLIS = 500;

    private final String where;
    private boolean told;

    AcceptErrors(String where) {
        this.where = where;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        if (told) {
            told = false;
            LOG.info("{}: connections are accepted again", where);
        }
        ctx.fireChannelRead(accepted);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (!told) {
            told = true;
            LOG.warn("{}: a connection could not be accepted, tried again: {}", where, words(failure));
        }
        // the connection still waits: without a pause the loop would turn in vain
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    static String words(Throwable failure) {
        var text = String.valueOf(failure.getMessage());
        if (text.contains("Too many open files in system")) {
            return "the machine has as many files open as it may (fs.file-max): raise it";
        }
        if (text.contains("Too many open files")) {
            return "this process has as many files open as it may (RLIMIT_NOFILE): raise it, such as with LimitNOFILE= of systemd";
        }
        if (text.contains("No buffer space") || text.contains("Cannot allocate memory")) {
            return "the kernel has no memory for it";
        }
        return text.isEmpty() ? failure.getClass().getSimpleName() : text;
    }
}
