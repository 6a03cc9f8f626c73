package io.reseal.qmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reseal.testbed.peer.PeerConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A negotiated session without a socket, in virtual time. The test plays QEMU. */
final class EmbeddedMonitor {
    static final QmpCommand STATUS = QmpCommand.of("query-status");
    static final QmpCommand RESET = QmpCommand.action("system_reset");

    final Recorder told = new Recorder();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Session session;

    EmbeddedMonitor(QmpSettings settings) {
        this(settings, false);
    }

    /** With oob, if wanted, as the negotiation would have it. */
    EmbeddedMonitor(QmpSettings settings, boolean outOfBand) {
        channel.freezeTime();
        var socket = Path.of("/run/guest.qmp");
        var terms = new Terms(QemuVersion.of(11, 1, 3), outOfBand);
        session = new Session(new QmpWriter(channel, socket), settings, terms, new SafeListener(socket, told));
        session.narrow(MachineKind.PLAIN);
        var messages = new MessageReader(settings.limits(), settings.events());
        channel.pipeline().addLast(new LineDecoder(messages, new LineBudget()), session);
    }

    CompletableFuture<JsonNode> executes(QmpCommand command) {
        var reply = new CompletableFuture<JsonNode>();
        session.submit(command, reply);
        return reply;
    }

    CompletableFuture<JsonNode> executesOutOfBand(QmpCommand command) {
        var reply = new CompletableFuture<JsonNode>();
        session.submitOutOfBand(command, reply);
        return reply;
    }

    List<CompletableFuture<JsonNode>> executesTogether(QmpCommand... questions) {
        var replies = Stream.generate(CompletableFuture<JsonNode>::new)
                .limit(questions.length)
                .toList();
        session.submit(List.of(questions), replies);
        return replies;
    }

    void says(String line) {
        channel.writeInbound(Unpooled.copiedBuffer(line + "\r\n", StandardCharsets.UTF_8));
    }

    void answers(String command) {
        answers(command, "{}");
    }

    void answers(String command, String value) {
        says("{\"return\": " + value + ", \"id\": \"" + PeerConnection.id(command) + "\"}");
    }

    void passes(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    /** What was sent since the last time, one entry for each write; 0xFF shows as one character. */
    List<String> sent() {
        var all = new ArrayList<String>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.add(next.toString(StandardCharsets.ISO_8859_1).strip());
            next.release();
        }
        return all;
    }

    String sentOne() {
        var all = sent();
        if (all.size() != 1) {
            throw new AssertionError("expected one command on the wire, but there were " + all);
        }
        return all.getFirst();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    Session session() {
        return session;
    }

    QmpStatistics statistics() {
        return session.counters().snapshot();
    }

    void hangsUp() {
        channel.close();
    }
}
