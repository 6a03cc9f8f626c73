package io.reseal.qmp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.reseal.qmp.Message.Event;
import io.reseal.qmp.Message.Failure;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Greeting;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.Message.TooLarge;
import io.reseal.qmp.Message.Unknown;
import io.reseal.qmp.Message.Unread;
import io.reseal.qmp.QmpException.CommandRefused;
import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.LimitExceeded;
import io.reseal.qmp.QmpException.ProtocolBroken;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A negotiated connection: where messages, commands and time meet. Confined to the event loop. */
final class Session extends ChannelInboundHandlerAdapter {
    private static final int MAX_VIOLATIONS = 3;
    private static final int MAX_ORPHANS = 4;
    private static final String CLOSED = "QEMU closed it or ended";
    private final QmpWriter wire;
    private final QmpSettings settings;
    private final Terms terms;
    private final SafeListener listener;
    private final CommandQueue queue;
    private final Liveness liveness;
    private final LazyTimer timer;
    private final Counters counters = new Counters();

    private MachineKind kind = MachineKind.UNKNOWN;
    private @Nullable QmpException end;
    private int violations; // since the last good reply
    private boolean resyncing;

    Session(QmpWriter wire, QmpSettings settings, Terms terms, SafeListener listener) {
        this.wire = wire;
        this.settings = settings;
        this.terms = terms;
        this.listener = listener;
        this.queue = new CommandQueue(wire, terms.window(), settings.maxWaiting());
        this.liveness = new Liveness(settings.heartbeat(), wire.now());
        this.timer = new LazyTimer(wire, this::onTime);
    }

    Counters counters() {
        return counters;
    }

    void narrow(MachineKind known) {
        kind = known;
    }

    /** The only way of a caller's command to the wire. */
    void submit(QmpCommand command, CompletableFuture<JsonNode> reply) {
        if (mayBeSent(command, reply)) {
            queue.submit(command, reply, deadline(command));
            arm();
        }
    }

    /** The same, past what QEMU has not answered yet; for a connection with oob. */
    void submitOutOfBand(QmpCommand command, CompletableFuture<JsonNode> reply) {
        if (mayBeSent(command, reply)) {
            queue.submitOutOfBand(command, reply, deadline(command));
            arm();
        }
    }

    private boolean mayBeSent(QmpCommand command, CompletableFuture<JsonNode> reply) {
        assert wire.loop().inEventLoop();
        var refusal = settings.gate().refusal(command, kind, terms.version());
        if (refusal.isPresent()) {
            reply.completeExceptionally(new CommandRefused(wire.socket(), command.name(), refusal.get()));
        } else if (end != null) {
            reply.completeExceptionally(end);
        } else {
            wire.makeRoom(command.replyBytes());
        }
        return refusal.isEmpty() && end == null;
    }

    /** A question of the client's own, which asks no gate. */
    void query(QmpCommand question, CompletableFuture<JsonNode> reply) {
        assert wire.loop().inEventLoop();
        if (end != null) {
            reply.completeExceptionally(end);
        } else {
            queue.submit(question, reply, deadline(question));
            arm();
        }
    }

    private long deadline(QmpCommand command) {
        return settings.deadlineOf(command.kind()).toNanos();
    }

    /** All or none. */
    void submit(List<QmpCommand> questions, List<CompletableFuture<JsonNode>> replies) {
        assert wire.loop().inEventLoop();
        var refused = questions.stream()
                .flatMap(command -> settings.gate().refusal(command, kind, terms.version()).stream()
                        .map(why -> new CommandRefused(wire.socket(), command.name(), why)))
                .findFirst();
        if (refused.isPresent()) {
            replies.forEach(reply -> reply.completeExceptionally(refused.get()));
        } else if (end != null) {
            replies.forEach(reply -> reply.completeExceptionally(end));
        } else {
            questions.forEach(command -> wire.makeRoom(command.replyBytes()));
            queue.submit(IntStream.range(0, questions.size())
                    .mapToObj(i -> new CommandQueue.Asked(questions.get(i), replies.get(i), deadline(questions.get(i))))
                    .toList());
            arm();
        }
    }

    void close() {
        terminate(new ConnectionLost(wire.socket(), "it was closed on our side", null));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().get(LineDecoder.class).expecting(queue::sparse);
        timer.by(liveness.nextDue());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (end != null) {
            return;
        }
        if (liveness.heard(wire.now())) {
            arm();
            listener.onHeard();
        }
        switch ((Message) message) {
            case Event(var event) -> {
                counters.events.increment();
                listener.onEvent(event);
            }
            case Unread(var name, var count) -> {
                counters.events.add(count);
                listener.onUnread(name, count);
            }
            case TooLarge line -> onTooLarge(line);
            case Success reply -> onSuccess(reply);
            case Failure reply -> onFailure(reply);
            case Garbage garbage -> onGarbage(garbage);
            case Greeting _, Unknown _ -> counters.unknown.increment();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lost(wire.loop().isShuttingDown() ? "the transport was closed" : CLOSED);
        listener.onClosed(Objects.requireNonNull(end));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // of a socket that is ECONNRESET: it was closed with bytes of ours unread
        var came = cause instanceof IOException ? CLOSED : "it failed: " + cause.getMessage();
        terminate(new ConnectionLost(wire.socket(), came, cause));
    }

    private void onSuccess(Success reply) {
        if (queue.onSuccess(reply)) {
            answered();
        } else {
            unasked(reply.id());
        }
    }

    private void onFailure(Failure reply) {
        if (!reply.id().isEmpty()) {
            if (queue.onFailure(reply)) {
                answered();
            } else {
                unasked(reply.id());
            }
        } else if (resyncing) {
            resyncing = false;
        } else if (queue.onNamelessFailure(reply)) {
            answered();
        } else {
            counters.unknown.increment();
        }
    }

    private void answered() {
        counters.replies.increment();
        violations = 0;
        arm();
    }

    private void unasked(String id) {
        (queue.absorbs(id) ? counters.lateReplies : counters.unknown).increment();
    }

    private void onGarbage(Garbage garbage) {
        counters.violations.increment();
        var broken = new ProtocolBroken(wire.socket(), garbage.expected(), garbage.came());
        if (garbage.fatal() || ++violations >= MAX_VIOLATIONS) {
            terminate(broken);
            return;
        }
        if (!resyncing) {
            resyncing = true;
            wire.resync();
        }
        queue.giveUp(broken);
        closeIfMute();
        arm();
    }

    /** What was too long has been dropped up to its end: the line after it is read. */
    private void onTooLarge(TooLarge line) {
        counters.oversized.increment();
        var beyond = new LimitExceeded(wire.socket(), line.expected(), line.came());
        if (line.kind() == LineKind.EVENT) {
            listener.onOversized(beyond);
        } else if (queue.onUnreadable(line.id(), beyond)) {
            answered();
        } else if (line.id().isEmpty() || !queue.absorbs(line.id())) {
            listener.onOversized(beyond);
        }
    }

    private void onTime() {
        if (end != null) {
            return;
        }
        long now = wire.now();
        queue.expire(now).forEach(sentAt -> onUnanswered(sentAt, now));
        if (liveness.isHopeless(now) && !queue.isActing()) {
            lost("it was mute for " + MessageText.of(liveness.silence(now)));
        } else if (queue.isIdle() && liveness.isDoubtful(now)) {
            queue.submit(
                    OwnCommands.HEARTBEAT,
                    new CompletableFuture<>(),
                    settings.heartbeat().deadline().toNanos());
        }
        arm();
    }

    private void onUnanswered(long sentAt, long now) {
        if (liveness.unanswered(sentAt, now)) {
            listener.onMute(liveness.silence(now));
        }
        closeIfMute();
    }

    private void closeIfMute() {
        if (queue.orphans() > MAX_ORPHANS) {
            lost("it is mute: " + queue.orphans() + " commands were never answered");
        }
    }

    private void arm() {
        if (end == null) {
            boolean watching = liveness.isMute() ? !queue.isActing() : queue.isIdle();
            timer.by(watching ? Math.min(queue.nextDue(), liveness.nextDue()) : queue.nextDue());
        }
    }

    private void lost(String came) {
        terminate(new ConnectionLost(wire.socket(), came, null));
    }

    /** Commands fail now; the listener hears of it when the channel is closed, so never inside a call of its own. */
    private void terminate(QmpException cause) {
        if (end == null) {
            end = cause;
            timer.cancel();
            queue.failAll(cause);
            wire.close();
        }
    }
}
