package io.reseal.qmp;

import io.reseal.qmp.Message.Failure;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.QmpException.CommandRejected;
import io.reseal.qmp.QmpException.MonitorBusy;
import io.reseal.qmp.QmpException.TimedOut;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One command on the wire and a bounded queue behind it. Without oob QEMU runs one command at a time and stops reading
 * meanwhile, so more in flight would only hide which one is slow. Confined to the event loop.
 */
final class CommandQueue {
    private record Waiting(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline, long due) {}

    private record Sent(Waiting what, String id, long at, long due) {}

    private final Wire wire;
    private final int maxWaiting;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(1);
    /** Ids of commands given up whose replies may still come. */
    private final Set<String> orphans = HashSet.newHashSet(1);

    private @Nullable Sent inFlight;

    CommandQueue(Wire wire, int maxWaiting) {
        this.wire = wire;
        this.maxWaiting = maxWaiting;
    }

    void submit(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline) {
        var entry = new Waiting(command, reply, deadline, wire.now() + deadline);
        if (inFlight == null) {
            send(entry);
        } else if (waiting.size() < maxWaiting) {
            waiting.add(entry);
        } else {
            reply.completeExceptionally(new MonitorBusy(wire.socket(), command.name(), maxWaiting));
        }
    }

    /** True if somebody waited for this reply. */
    boolean onSuccess(Success reply) {
        var sent = answered(reply.id());
        sent.ifPresent(command -> command.what().reply().complete(reply.value()));
        return sent.isPresent();
    }

    boolean onFailure(Failure reply) {
        var sent = answered(reply.id());
        sent.ifPresent(command -> fail(command, rejection(command, reply)));
        return sent.isPresent();
    }

    /** An error without an id while a command is out: QEMU could not read that command, no other reply will come. */
    boolean onNamelessFailure(Failure reply) {
        return inFlight != null && onFailure(new Failure(inFlight.id(), reply.errorClass(), reply.desc()));
    }

    /** True if this was the late reply to a command given up. */
    boolean absorbs(String id) {
        return orphans.remove(id);
    }

    int orphans() {
        return orphans.size();
    }

    /**
     * Fails what is overdue.
     *
     * @return when the command in flight was sent, if that was overdue
     */
    Optional<Long> expire(long now) {
        var overdue = waiting.stream().filter(entry -> entry.due() <= now).toList();
        waiting.removeAll(overdue);
        overdue.forEach(entry -> entry.reply().completeExceptionally(timedOut(entry, false)));
        var sent = inFlight;
        if (sent == null || sent.due() > now) {
            return Optional.empty();
        }
        giveUp(timedOut(sent.what(), true));
        return Optional.of(sent.at());
    }

    /** Fails the command in flight but remembers its id: QEMU may still answer. */
    void giveUp(QmpException cause) {
        var sent = inFlight;
        if (sent != null) {
            orphans.add(sent.id());
            sendNext();
            fail(sent, cause);
        }
    }

    void failAll(QmpException cause) {
        var sent = inFlight;
        var rest = new ArrayDeque<>(waiting);
        inFlight = null;
        waiting.clear();
        if (sent != null) {
            fail(sent, cause);
        }
        rest.forEach(entry -> entry.reply().completeExceptionally(cause));
    }

    boolean isIdle() {
        return inFlight == null;
    }

    boolean isActing() {
        return inFlight != null && inFlight.what().command().kind() == CommandClass.ACTION;
    }

    long nextDue() {
        long due = inFlight == null ? LazyTimer.NEVER : inFlight.due();
        for (Waiting entry : waiting) {
            due = Math.min(due, entry.due());
        }
        return due;
    }

    private Optional<Sent> answered(String id) {
        var sent = inFlight;
        if (sent == null || !sent.id().equals(id)) {
            return Optional.empty();
        }
        sendNext();
        return Optional.of(sent);
    }

    /** Before the answered command completes: what that sends must not overtake those that already wait. */
    private void sendNext() {
        inFlight = null;
        Waiting next = waiting.poll();
        while (next != null && next.reply().isDone()) { // cancelled by its owner, never sent
            next = waiting.poll();
        }
        if (next != null) {
            send(next);
        }
    }

    private void send(Waiting entry) {
        long now = wire.now();
        inFlight = new Sent(entry, wire.send(entry.command()), now, now + entry.deadline());
    }

    private static void fail(Sent sent, QmpException cause) {
        sent.what().reply().completeExceptionally(cause);
    }

    private CommandRejected rejection(Sent sent, Failure reply) {
        return new CommandRejected(wire.socket(), sent.what().command().name(), reply.errorClass(), reply.desc());
    }

    private TimedOut timedOut(Waiting entry, boolean sent) {
        var deadline = Duration.ofNanos(entry.deadline());
        return new TimedOut(wire.socket(), entry.command().name(), deadline, sent);
    }
}
