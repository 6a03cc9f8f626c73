package io.reseal.daemon.http.events;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.feed.Batch;
import io.reseal.daemon.feed.Event;
import io.reseal.daemon.feed.Subscription;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Server-sent events to one client. Reads from the feed only while the channel takes more, so what waits for a slow client
 * is bounded by the channel's water mark. A client that takes nothing for two heartbeats is let go of. Confined to the event loop.
 */
public final class EventStream {
    private static final int BATCH = 64;
    private static final int MOST_SILENT_BEATS = 2;

    private final ChannelHandlerContext ctx;
    private final Subscription subscription;
    private final Runnable unread;
    private final ScheduledFuture<?> heartbeat;
    private int pending;
    private int silentBeats;

    /**
     * Begins.
     *
     * @param events where it reads, given what wakes it up
     * @param unread told when the client takes nothing
     */
    public EventStream(
            ChannelHandlerContext ctx, Function<Runnable, Subscription> events, Duration heartbeat, Runnable unread) {
        this.ctx = ctx;
        this.unread = unread;
        this.subscription = events.apply(new CoalescedTask(ctx.executor(), this::pump));
        this.heartbeat = ctx.executor()
                .scheduleAtFixedRate(this::beat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Writes the beginning, and what there is.
     *
     * @param after an id without data: a client that loses us before the first event still knows where to go on
     */
    public void begin(long after) {
        write("retry: 1000\nid: " + after + "\n\n");
        pump();
    }

    public void writabilityChanged() {
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
        silentBeats = pending == 0 ? 0 : silentBeats + 1;
        if (silentBeats > MOST_SILENT_BEATS) {
            unread.run();
            ctx.close();
        } else if (ctx.channel().isWritable()) {
            write(": \n\n");
        }
    }

    private void write(String text) {
        pending++;
        ctx.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(ctx.alloc(), text)))
                .addListener(_ -> taken());
    }

    private void taken() {
        pending--;
        silentBeats = 0;
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
