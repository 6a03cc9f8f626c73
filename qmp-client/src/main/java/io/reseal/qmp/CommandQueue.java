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
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The commands in flight, and a bounded queue behind. Without oob QEMU runs one command at a time and does not read during it, so
 * more in flight would only hide which one is slow; questions that are asked together are the exception, as a round trip costs more
 * than most answers. Commands that act take turns with the questions of one write where both wait: an act has at most those of one
 * write before it, and a question at most one act.
 * Confined to the event loop.
 */
final class CommandQueue {
    /** @param deadline how long QEMU may take, in nanoseconds */
    record Asked(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline) {}

    /** One command, or several that are sent in one write, of which only the first may act. Each has its time from the answer to the one before it on. */
    private record Waiting(List<Asked> commands, long due) {
        /** Its owner takes no reply any more; of several questions, one is reason enough to ask, and an act decides for those behind it. */
        boolean cancelled() {
            return acts()
                    ? commands.getFirst().reply().isDone()
                    : commands.stream().allMatch(each -> each.reply().isDone());
        }

        boolean acts() {
            return commands.getFirst().command().kind() == CommandClass.ACTION;
        }

        void fail(Function<Asked, QmpException> cause) {
            commands.forEach(each -> each.reply().completeExceptionally(cause.apply(each)));
        }
    }

    private record Sent(Asked what, String id, long at, long due) {}

    /** In QEMU's queue: its time begins when those before it are answered. */
    private record Behind(Asked what, String id) {}

    private final QmpWriter wire;
    private final CommandIds ids = new CommandIds();
    private final Window window;
    private final int maxWaiting;
    private final ArrayDeque<Waiting> acts = new ArrayDeque<>(1);
    private final ArrayDeque<Waiting> questions = new ArrayDeque<>(1);
    /** Ids of commands given up whose replies may still come. */
    private final Set<String> orphans = HashSet.newHashSet(1);

    /** What QEMU runs in band, or will run first. */
    private @Nullable Sent inFlight;
    /** What was sent last acts. */
    private boolean acted;

    private final ArrayDeque<Behind> behind = new ArrayDeque<>(1);
    private final List<Sent> outOfBand = new ArrayList<>(0);

    CommandQueue(QmpWriter wire, Window window, int maxWaiting) {
        this.wire = wire;
        this.window = window;
        this.maxWaiting = maxWaiting;
    }

    void submit(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline) {
        submit(List.of(new Asked(command, reply, deadline)));
    }

    /** Commands that go in one write, or in few of them: more than a write may have are split. */
    void submit(List<Asked> commands) {
        for (int from = 0; from < commands.size(); from += window.together()) {
            int to = Math.min(commands.size(), from + window.together());
            var part = List.copyOf(commands.subList(from, to));
            submit(new Waiting(part, wire.now() + part.getFirst().deadline()));
        }
    }

    private void submit(Waiting entry) {
        if (acts.isEmpty() && questions.isEmpty() && hasRoom(entry)) {
            send(entry);
        } else if (acts.size() + questions.size() < maxWaiting) {
            (entry.acts() ? acts : questions).add(entry);
        } else {
            var came = maxWaiting + " commands already wait behind " + window.inFlightText();
            entry.fail(asked -> new MonitorBusy(wire.socket(), asked.command().name(), came));
        }
    }

    /** Past those that wait, and past those that QEMU has not answered. */
    void submitOutOfBand(QmpCommand command, CompletableFuture<JsonNode> reply, long deadline) {
        if (inBand() + orphans.size() + outOfBand.size() >= window.commands()) {
            reply.completeExceptionally(
                    new MonitorBusy(wire.socket(), command.name(), window.commands() + " commands are in flight"));
            return;
        }
        var id = ids.next(this::isOut);
        wire.send(command.outOfBandOnWire(id));
        outOfBand.add(sent(new Asked(command, reply, deadline), id));
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
        var overdue = waiting().filter(entry -> entry.due() <= now).toList();
        acts.removeAll(overdue);
        questions.removeAll(overdue);
        overdue.forEach(entry -> entry.fail(asked -> timedOut(asked, false)));
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
        var all = new ArrayList<Asked>();
        if (inFlight != null) {
            all.add(inFlight.what());
        }
        behind.forEach(entry -> all.add(entry.what()));
        outOfBand.forEach(sent -> all.add(sent.what()));
        var rest = waiting().toList();
        inFlight = null;
        behind.clear();
        outOfBand.clear();
        acts.clear();
        questions.clear();
        all.forEach(command -> command.reply().completeExceptionally(cause));
        rest.forEach(entry -> entry.fail(_ -> cause));
    }

    boolean isIdle() {
        return inFlight == null && outOfBand.isEmpty();
    }

    boolean isActing() {
        return inFlight != null && inFlight.what().command().kind() == CommandClass.ACTION;
    }

    long nextDue() {
        long due = inFlight == null ? LazyTimer.NEVER : inFlight.due();
        for (Waiting entry : acts) {
            due = Math.min(due, entry.due());
        }
        for (Waiting entry : questions) {
            due = Math.min(due, entry.due());
        }
        for (Sent sent : outOfBand) {
            due = Math.min(due, sent.due());
        }
        return due;
    }

    /** The reply that comes next, if it is read without a tree. */
    @Nullable
    SparseReply sparse() {
        var head = inFlight;
        var reader = head == null ? null : head.what().command().reader();
        return head == null || reader == null ? null : new SparseReply(head.id(), reader);
    }

    private Optional<Sent> first() {
        return Optional.ofNullable(inFlight).or(() -> outOfBand.stream().findFirst());
    }

    /** Takes a command out of flight; before it completes: what that sends must not overtake those that already wait. */
    private Optional<Asked> answered(String id) {
        var command = taken(id);
        command.ifPresent(_ -> sendWaiting());
        return command;
    }

    private Optional<Asked> taken(String id) {
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
        for (var next = next(); next != null && (next.cancelled() || hasRoom(next)); next = next()) {
            (next.acts() ? acts : questions).remove();
            if (next.cancelled()) { // never sent
                next.commands().forEach(each -> each.reply().cancel(false));
            } else {
                send(next);
            }
        }
    }

    private @Nullable Waiting next() {
        var act = acts.peek();
        return act == null || (acted && !questions.isEmpty()) ? questions.peek() : act;
    }

    private Stream<Waiting> waiting() {
        return Stream.concat(acts.stream(), questions.stream());
    }

    private boolean hasRoom(Waiting entry) {
        return (inFlight == null && !window.isOutOfBand())
                || inBand() + orphans.size() + entry.commands().size() <= window.inBand();
    }

    private int inBand() {
        return (inFlight == null ? 0 : 1) + behind.size();
    }

    private void send(Waiting entry) {
        acted = entry.acts();
        var lines = new StringBuilder();
        entry.commands().forEach(each -> lines.append(enqueue(each)));
        wire.send(lines.toString());
    }

    private String enqueue(Asked entry) {
        var id = ids.next(this::isOut);
        if (inFlight == null) {
            inFlight = sent(entry, id);
        } else {
            behind.add(new Behind(entry, id));
        }
        return entry.command().onWire(id);
    }

    private Sent sent(Asked what, String id) {
        long now = wire.now();
        return new Sent(what, id, now, now + what.deadline());
    }

    /** Whether a reply with that id may come. */
    private boolean isOut(String id) {
        return (inFlight != null && inFlight.id().equals(id))
                || orphans.contains(id)
                || (!behind.isEmpty()
                        && behind.stream().anyMatch(entry -> entry.id().equals(id)))
                || (!outOfBand.isEmpty()
                        && outOfBand.stream().anyMatch(sent -> sent.id().equals(id)));
    }

    private CommandRejected rejection(Asked entry, Failure reply) {
        return new CommandRejected(wire.socket(), entry.command().name(), reply.errorClass(), reply.desc());
    }

    private TimedOut timedOut(Asked entry, boolean sent) {
        var deadline = Duration.ofNanos(entry.deadline());
        return new TimedOut(wire.socket(), entry.command(), deadline, sent);
    }
}
