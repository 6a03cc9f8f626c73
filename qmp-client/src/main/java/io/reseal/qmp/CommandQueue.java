package io.reseal.qmp;

import io.reseal.qmp.Message.Failure;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.QmpException.CommandRejected;
import io.reseal.qmp.QmpException.MonitorBusy;
import io.reseal.qmp.QmpException.TimedOut;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The commands in flight, and a bounded queue behind. Without oob QEMU runs one command at a time and does not read during it, so
 * more in flight would only hide which one is slow; two questions that are to follow each other closely are the exception.
 * Confined to the event loop.
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

        int commands() {
            return next == null ? 1 : 2;
        }

        void fail(QmpException cause) {
            reply.completeExceptionally(cause);
            if (next != null) {
                next.reply().completeExceptionally(cause);
            }
        }
    }

    private record Sent(Waiting what, String id, long at, long due) {}

    /** In QEMU's queue: its time begins when those before it are answered. */
    private record Behind(Waiting what, String id) {}

    private final QmpWriter wire;
    private final Window window;
    private final int maxWaiting;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(1);
    /** Ids of commands given up whose replies may still come. */
    private final Set<String> orphans = HashSet.newHashSet(1);

    /** What QEMU runs in band, or will run first. */
    private @Nullable Sent inFlight;

    private final ArrayDeque<Behind> behind = new ArrayDeque<>(1);
    private final List<Sent> outOfBand = new ArrayList<>(0);

    CommandQueue(QmpWriter wire, Window window, int maxWaiting) {
        this.wire = wire;
        this.window = window;
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
        if (waiting.isEmpty() && hasRoom(entry)) {
            send(entry);
        } else if (waiting.size() < maxWaiting) {
            waiting.add(entry);
        } else {
            var came = maxWaiting + " commands already wait behind " + window.inFlightText();
            entry.fail(new MonitorBusy(wire.socket(), entry.command().name(), came));
        }
    }

    /** Past those that wait, and past those that QEMU has not answered. */
    void submitOutOfBand(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline) {
        if (inBand() + orphans.size() + outOfBand.size() >= window.commands()) {
            reply.completeExceptionally(
                    new MonitorBusy(wire.socket(), command.name(), window.commands() + " commands are in flight"));
            return;
        }
        var id = wire.nextId();
        wire.send(command.outOfBandOnWire(id));
        outOfBand.add(sent(new Waiting(command, reply, deadline, 0, null), id));
    }

    /** True if somebody waited for this reply. */
    boolean onSuccess(Success reply) {
        var command = answered(reply.id());
        command.ifPresent(entry -> entry.reply().complete(reply.value()));
        return command.isPresent();
    }

    boolean onFailure(Failure reply) {
        var command = answered(reply.id());
        command.ifPresent(entry -> entry.reply().completeExceptionally(rejection(entry, reply)));
        return command.isPresent();
    }

    /**
     * An error without an id while a command is out: QEMU could not read that command, no other reply will come. QEMU answers it in
     * the order of its queue (QEMU 11.1, {@code handle_qmp_command}).
     */
    boolean onNamelessFailure(Failure reply) {
        return first().map(sent -> onFailure(new Failure(sent.id(), reply.errorClass(), reply.desc())))
                .orElse(false);
    }

    /**
     * A reply that could not be read. Without an id that was found it is that of the command that QEMU had to answer first: without oob
     * QEMU answers in order.
     */
    boolean onUnreadable(String id, QmpException cause) {
        boolean nameless = id.isEmpty() && orphans.isEmpty() && !window.isOutOfBand();
        var answered = answered(nameless ? first().map(Sent::id).orElse("") : id);
        answered.ifPresent(command -> command.reply().completeExceptionally(cause));
        return answered.isPresent();
    }

    /** True if this was the late reply to a command given up. */
    boolean absorbs(String id) {
        boolean ours = orphans.remove(id);
        if (ours) {
            sendWaiting();
        }
        return ours;
    }

    int orphans() {
        return orphans.size();
    }

    /**
     * Fails what is overdue.
     *
     * @return when each command that is overdue was sent, without those that were not sent
     */
    List<Long> expire(long now) {
        var overdue = waiting.stream().filter(entry -> entry.due() <= now).toList();
        waiting.removeAll(overdue);
        overdue.forEach(entry -> entry.fail(timedOut(entry, false)));
        var unanswered = new ArrayList<>(
                outOfBand.stream().filter(sent -> sent.due() <= now).toList());
        if (inFlight != null && inFlight.due() <= now) {
            unanswered.add(inFlight);
        }
        unanswered.forEach(sent -> giveUp(sent, timedOut(sent.what(), true)));
        return unanswered.stream().map(Sent::at).toList();
    }

    /** Fails the command that QEMU had to answer first but remembers its id: QEMU may still answer. */
    void giveUp(QmpException cause) {
        first().ifPresent(sent -> giveUp(sent, cause));
    }

    private void giveUp(Sent sent, QmpException cause) {
        orphans.add(sent.id());
        answered(sent.id()).ifPresent(command -> command.reply().completeExceptionally(cause));
    }

    void failAll(QmpException cause) {
        var all = new ArrayList<Waiting>();
        if (inFlight != null) {
            all.add(inFlight.what());
        }
        behind.forEach(entry -> all.add(entry.what()));
        outOfBand.forEach(sent -> all.add(sent.what()));
        var rest = List.copyOf(waiting);
        inFlight = null;
        behind.clear();
        outOfBand.clear();
        waiting.clear();
        all.forEach(command -> command.reply().completeExceptionally(cause));
        rest.forEach(entry -> entry.fail(cause));
    }

    boolean isIdle() {
        return inFlight == null && outOfBand.isEmpty();
    }

    boolean isActing() {
        return inFlight != null && inFlight.what().command().kind() == CommandClass.ACTION;
    }

    long nextDue() {
        long due = inFlight == null ? LazyTimer.NEVER : inFlight.due();
        for (Waiting entry : waiting) {
            due = Math.min(due, entry.due());
        }
        for (Sent sent : outOfBand) {
            due = Math.min(due, sent.due());
        }
        return due;
    }

    private Optional<Sent> first() {
        return Optional.ofNullable(inFlight).or(() -> outOfBand.stream().findFirst());
    }

    /** Takes a command out of flight; before it completes: what that sends must not overtake those that already wait. */
    private Optional<Waiting> answered(String id) {
        var command = taken(id);
        command.ifPresent(_ -> sendWaiting());
        return command;
    }

    private Optional<Waiting> taken(String id) {
        var head = inFlight;
        if (head != null && head.id().equals(id)) {
            var next = behind.poll();
            inFlight = next == null ? null : sent(next.what(), next.id());
            return Optional.of(head.what());
        }
        var later = behind.stream().filter(entry -> entry.id().equals(id)).findFirst();
        later.ifPresent(behind::remove);
        return later.map(Behind::what).or(() -> {
            var aside = outOfBand.stream().filter(sent -> sent.id().equals(id)).findFirst();
            aside.ifPresent(outOfBand::remove);
            return aside.map(Sent::what);
        });
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && (waiting.peek().cancelled() || hasRoom(waiting.peek()))) {
            var next = waiting.poll();
            if (!next.cancelled()) { // else never sent
                send(next);
            }
        }
    }

    private boolean hasRoom(Waiting entry) {
        return (inFlight == null && !window.isOutOfBand())
                || inBand() + orphans.size() + entry.commands() <= window.inBand();
    }

    private int inBand() {
        return (inFlight == null ? 0 : 1) + behind.size();
    }

    private void send(Waiting entry) {
        var line = enqueue(entry);
        var second = entry.next();
        wire.send(second == null ? line : line + enqueue(second));
    }

    private String enqueue(Waiting entry) {
        var id = wire.nextId();
        if (inFlight == null) {
            inFlight = sent(entry, id);
        } else {
            behind.add(new Behind(entry, id));
        }
        return entry.command().onWire(id);
    }

    private Sent sent(Waiting what, String id) {
        long now = wire.now();
        return new Sent(what, id, now, now + what.deadline());
    }

    private CommandRejected rejection(Waiting entry, Failure reply) {
        return new CommandRejected(wire.socket(), entry.command().name(), reply.errorClass(), reply.desc());
    }

    private TimedOut timedOut(Waiting entry, boolean sent) {
        var deadline = Duration.ofNanos(entry.deadline());
        return new TimedOut(wire.socket(), entry.command(), deadline, sent);
    }
}
