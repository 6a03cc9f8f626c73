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
 * One command on the wire, or two questions that are to follow each other closely, and a bounded queue behind. Without oob QEMU
 * runs one command at a time and stops reading meanwhile, so more in flight would only hide which one is slow. Confined to the
 * event loop.
 */
final class CommandQueue {
    /** @param next is sent in the same write, and has its time from the answer to this one on */
    private record Waiting(
            QmpCommand command,
            CompletableFuture<JsonNode> reply,
            long deadline,
            long due,
            @Nullable Waiting next) {
        /** Its owner takes no reply any more; of two, one is reason enough to ask. */
        boolean cancelled() {
            return reply.isDone() && (next == null || next.reply().isDone());
        }

        void fail(QmpException cause) {
            reply.completeExceptionally(cause);
            if (next != null) {
                next.reply().completeExceptionally(cause);
            }
        }
    }

    private record Sent(Waiting what, String id, long at, long due) {}

    /** The second of two, which QEMU answers once the first is answered. */
    private record Behind(Waiting what, String id) {}

    private final Wire wire;
    private final int maxWaiting;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(1);
    /** Ids of commands given up whose replies may still come. */
    private final Set<String> orphans = HashSet.newHashSet(1);

    private @Nullable Sent inFlight;
    private @Nullable Behind behind;

    CommandQueue(Wire wire, int maxWaiting) {
        this.wire = wire;
        this.maxWaiting = maxWaiting;
    }

    void submit(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline) {
        submit(new Waiting(command, reply, deadline, wire.now() + deadline, null));
    }

    /** Two commands in one write. */
    void submit(QmpCommand first, QmpCommand second, TwoReplies replies, long deadline) {
        long due = wire.now() + deadline;
        submit(new Waiting(
                first, replies.first(), deadline, due, new Waiting(second, replies.second(), deadline, due, null)));
    }

    private void submit(Waiting entry) {
        if (inFlight == null) {
            send(entry);
        } else if (waiting.size() < maxWaiting) {
            waiting.add(entry);
        } else {
            entry.fail(new MonitorBusy(wire.socket(), entry.command().name(), maxWaiting));
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
        overdue.forEach(entry -> entry.fail(timedOut(entry, false)));
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
        var second = behind;
        var rest = new ArrayDeque<>(waiting);
        inFlight = null;
        behind = null;
        waiting.clear();
        if (sent != null) {
            fail(sent, cause);
        }
        if (second != null) {
            second.what().reply().completeExceptionally(cause);
        }
        rest.forEach(entry -> entry.fail(cause));
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
        var second = behind;
        if (second != null) {
            behind = null;
            inFlight = sent(second.what(), second.id());
            return;
        }
        Waiting next = waiting.poll();
        while (next != null && next.cancelled()) { // never sent
            next = waiting.poll();
        }
        if (next != null) {
            send(next);
        }
    }

    private void send(Waiting entry) {
        var id = wire.nextId();
        var line = entry.command().onWire(id);
        var second = entry.next();
        if (second != null) {
            behind = new Behind(second, wire.nextId());
            line += second.command().onWire(behind.id());
        }
        wire.send(line);
        inFlight = sent(entry, id);
    }

    private Sent sent(Waiting what, String id) {
        long now = wire.now();
        return new Sent(what, id, now, now + what.deadline());
    }

    private static void fail(Sent sent, QmpException cause) {
        sent.what().reply().completeExceptionally(cause);
    }

    private CommandRejected rejection(Sent sent, Failure reply) {
        return new CommandRejected(wire.socket(), sent.what().command().name(), reply.errorClass(), reply.desc());
    }

    private TimedOut timedOut(Waiting entry, boolean sent) {
        var deadline = Duration.ofNanos(entry.deadline());
        return new TimedOut(wire.socket(), entry.command(), deadline, sent);
    }
}
