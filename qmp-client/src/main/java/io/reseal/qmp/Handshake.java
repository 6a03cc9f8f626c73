package io.reseal.qmp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.concurrent.Future;
import io.reseal.qmp.Message.Event;
import io.reseal.qmp.Message.Failure;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Greeting;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.Message.TooLarge;
import io.reseal.qmp.Message.Unknown;
import io.reseal.qmp.Message.Unread;
import io.reseal.qmp.QmpException.CommandRejected;
import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.LimitExceeded;
import io.reseal.qmp.QmpException.ProtocolBroken;
import io.reseal.qmp.QmpException.TimedOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for the greeting, negotiates, then hands its place to a {@link Session}. Confined to the event loop. */
final class Handshake extends ChannelInboundHandlerAdapter {
    private static final String NEGOTIATE = OwnCommands.NEGOTIATE.name();

    private record Negotiation(QmpWriter wire, Terms terms, String id) {}

    private final Path socket;
    private final QmpDialect dialect;
    private final QmpSettings settings;
    private final SafeListener listener;
    private final CompletableFuture<QmpConnection> result;

    private @Nullable Negotiation negotiation;
    private @Nullable Future<?> deadline;
    private boolean heard;

    Handshake(Path socket, QmpDialect dialect, QmpListener listener, CompletableFuture<QmpConnection> result) {
        this.socket = socket;
        this.dialect = dialect;
        this.settings = dialect.settings();
        this.listener = new SafeListener(socket, listener);
        this.result = result;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        result.whenComplete((_, cause) -> {
            if (cause != null) {
                ctx.channel().close(); // also when the caller cancels
            }
        });
        within(ctx, settings.greetingDeadline(), () -> noGreeting(ctx));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (result.isDone()) {
            return;
        }
        if (!heard) {
            heard = true;
            expectGreeting(ctx);
        }
        switch ((Message) message) {
            case Event(var event) -> listener.onEvent(event);
            case Unread(var name, var count) -> listener.onUnread(name, count);
            case TooLarge line -> listener.onOversized(new LimitExceeded(socket, line.expected(), line.came()));
            case Greeting greeting -> onGreeting(ctx, greeting);
            case Success reply
            when negotiation != null && reply.id().equals(negotiation.id()) -> establish(ctx, negotiation);
            case Failure reply
            when negotiation != null && reply.id().equals(negotiation.id()) ->
                fail(new CommandRejected(socket, NEGOTIATE, reply.errorClass(), reply.desc()));
            case Garbage garbage -> fail(new ProtocolBroken(socket, garbage.expected(), garbage.came()));
            // QEMU may still answer a command of the client before us
            case Success _, Failure _, Unknown _ -> {}
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelDeadline();
        closed(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) { // ECONNRESET: it closed with bytes of ours unread
            closed(cause);
        } else {
            fail(new ConnectionLost(socket, "it failed: " + cause.getMessage(), cause));
        }
    }

    private void closed(@Nullable Throwable cause) {
        var step = negotiation == null ? "the greeting" : "the negotiation was done";
        fail(new ConnectionLost(socket, "QEMU closed it before " + step, cause));
    }

    private void onGreeting(ChannelHandlerContext ctx, Greeting greeting) {
        if (negotiation != null) {
            fail(new ProtocolBroken(socket, "one greeting", "a second one came"));
            return;
        }
        var wire = new QmpWriter(ctx.channel(), socket);
        var terms = new Terms(greeting.version(), settings.outOfBand() && greeting.outOfBand());
        negotiation = new Negotiation(wire, terms, wire.negotiate(terms.negotiation()));
        var limit = settings.queryDeadline();
        within(ctx, limit, () -> fail(new TimedOut(socket, OwnCommands.NEGOTIATE, limit, true)));
    }

    private void establish(ChannelHandlerContext ctx, Negotiation done) {
        cancelDeadline();
        var session = new Session(done.wire(), settings, done.terms(), listener);
        var lookup = new SchemaLookup(done.wire(), session, done.terms(), dialect);
        var connection = new QmpConnection(done.wire(), session, peer(ctx), lookup);
        ctx.pipeline().replace(this, "session", session);
        if (done.terms().outOfBand()) {
            lookup.schema().whenComplete((_, failure) -> established(connection, failure));
        } else {
            established(connection, null);
        }
    }

    private void established(QmpConnection connection, @Nullable Throwable failure) {
        boolean wanted = failure == null ? result.complete(connection) : result.completeExceptionally(failure);
        if (!wanted) {
            connection.close(); // the caller had cancelled
        }
    }

    /** QEMU serves its clients in order: a client that keeps waiting is served before one that reconnects. */
    private void noGreeting(ChannelHandlerContext ctx) {
        if (!heard) {
            listener.onUngreeted(new Ungreeted(socket, peer(ctx), inode(ctx)));
        }
    }

    /** A peer that has sent something is running: its greeting is due within the deadline. */
    private void expectGreeting(ChannelHandlerContext ctx) {
        var limit = settings.greetingDeadline();
        within(
                ctx,
                limit,
                () -> fail(new ProtocolBroken(
                        socket, "a greeting within " + MessageText.of(limit), "only other messages came")));
    }

    private void fail(QmpException cause) {
        cancelDeadline();
        result.completeExceptionally(cause);
    }

    private void within(ChannelHandlerContext ctx, Duration limit, Runnable alarm) {
        cancelDeadline();
        deadline = ctx.executor().schedule(alarm, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** The kernel's link is "socket:[INODE]". */
    private static OptionalLong inode(ChannelHandlerContext ctx) {
        if (!(ctx.channel() instanceof EpollDomainSocketChannel epoll)) {
            return OptionalLong.empty();
        }
        try {
            var link = Files.readSymbolicLink(
                    Path.of("/proc/self/fd", Integer.toString(epoll.fd().intValue())));
            return OptionalLong.of(Long.parseLong(link.toString().replaceAll("[^0-9]", "")));
        } catch (IOException | NumberFormatException _) { // without /proc
            return OptionalLong.empty();
        }
    }

    private static Optional<PeerCredentials> peer(ChannelHandlerContext ctx) {
        if (!(ctx.channel() instanceof EpollDomainSocketChannel epoll)) {
            return Optional.empty();
        }
        try {
            var peer = epoll.peerCredentials();
            return Optional.of(new PeerCredentials(peer.pid(), peer.uid(), peer.gids()[0]));
        } catch (IOException _) { // the peer went away: its end will be read next
            return Optional.empty();
        }
    }
}
