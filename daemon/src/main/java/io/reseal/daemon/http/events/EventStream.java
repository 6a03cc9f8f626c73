package io.reseal.daemon.http.events;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.feed.Batch;
import io.reseal.daemon.feed.Event;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.feed.Subscription;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events to one client. Reads from the feed only while the channel takes more, so what waits for a slow client
 * is bounded by the channel's water mark. Confined to the event loop.
 */
public final class EventStream {
    private static final int BATCH = 64;

    private final ChannelHandlerContext ctx;
    private final Subscription subscription;
    private final ScheduledFuture<?> heartbeat;
    private boolean stalled;

    public EventStream(ChannelHandlerContext ctx, EventFeed feed, long after, Duration heartbeat) {
        this.ctx = ctx;
        this.subscription = feed.subscribe(after, new CoalescedTask(ctx.executor(), this::pump));
        this.heartbeat = ctx.executor()
                .scheduleAtFixedRate(this::beat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        // an id without data: a client that loses us before the first event still knows where to go on
        write("retry: 1000\nid: " + after + "\n\n");
        pump();
    }

    public void writabilityChanged() {
        stalled = false;
        pump();
    }

    public void close() {
        heartbeat.cancel(false);
        subscription.close();
    }

    private void pump() {
        while (ctx.channel().isWritable()) {
            var batch = subscription.poll(BATCH);
            if (batch.isEmpty()) {
                return;
            }
            write(text(batch));
        }
    }

    private void beat() {
        if (ctx.channel().isWritable()) {
            write(": \n\n");
        } else if (stalled) {
            ctx.close();
        } else {
            stalled = true;
        }
    }

    private void write(String text) {
        ctx.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(ctx.alloc(), text)));
    }

    private static String text(Batch batch) {
        var text = new StringBuilder();
        batch.firstAfterGap()
                .ifPresent(first ->
                        event(text, first - 1, EventDocument.Gap.TYPE, Json.text(new EventDocument.Gap(first))));
        for (Event event : batch.events()) {
            event(text, event.id(), event.type().text(), event.json());
        }
        return text.toString();
    }

    private static void event(StringBuilder text, long id, String type, String data) {
        text.append("id: ").append(id);
        text.append("\nevent: ").append(type);
        text.append("\ndata: ").append(data).append("\n\n");
    }
}
