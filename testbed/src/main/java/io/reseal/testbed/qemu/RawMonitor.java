package io.reseal.testbed.qemu;

import static io.reseal.testbed.JsonLines.JSON;

import io.reseal.testbed.AwaitableList;
import io.reseal.testbed.JsonLines;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedException.CommandRejected;
import io.reseal.testbed.TestbedException.ConnectionLost;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A QMP connection without any safety: it sends what a test asks for, deadly commands included. Safe for any thread. */
public final class RawMonitor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String guest;
    private final SocketChannel channel;
    private final JsonLines lines;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
    private final AwaitableList<JsonNode> events = new AwaitableList<>();

    private record Pending(String command, CompletableFuture<JsonNode> reply) {}

    private RawMonitor(String guest, SocketChannel channel) {
        this.guest = guest;
        this.channel = channel;
        this.lines = new JsonLines(channel);
    }

    /** Connects to a monitor's socket, waits for its greeting and negotiates. */
    public static RawMonitor connect(Path socket) {
        try {
            return over(SocketChannel.open(UnixDomainSocketAddress.of(socket)), socket.toString(), PATIENCE);
        } catch (IOException unreachable) {
            throw new TestbedException(
                    "no monitor answers at " + socket + ": " + unreachable.getMessage(), unreachable);
        }
    }

    public static RawMonitor over(SocketChannel channel, String guest, Duration patience) {
        var monitor = new RawMonitor(guest, channel);
        Thread.ofPlatform().daemon().name("monitor of " + guest).start(monitor::read);
        try {
            monitor.await(monitor.greeting, "its greeting", patience);
            monitor.await(monitor.send("qmp_capabilities"), "the reply to qmp_capabilities", patience);
            return monitor;
        } catch (RuntimeException failed) {
            monitor.close();
            throw failed;
        }
    }

    /** The version QEMU greeted with, e.g. {@code 11.1.3}. */
    public String version() {
        var qemu = greeting.join().path("QMP").path("version").path("qemu");
        return "%d.%d.%d"
                .formatted(
                        qemu.path("major").asInt(),
                        qemu.path("minor").asInt(),
                        qemu.path("micro").asInt());
    }

    public JsonNode execute(String command) {
        return execute(command, Map.of());
    }

    /** Sends a command and waits for what it returns; {@link CommandRejected} when QEMU answers with an error. */
    public JsonNode execute(String command, Map<String, ?> arguments) {
        return await(send(command, arguments), "the reply to " + command, PATIENCE);
    }

    public CompletableFuture<JsonNode> send(String command) {
        return send(command, Map.of());
    }

    /** Sends a command without waiting, so that several are in the pipe at once. */
    public CompletableFuture<JsonNode> send(String command, Map<String, ?> arguments) {
        long id = lastId.incrementAndGet();
        var message = JSON.createObjectNode().put("execute", command);
        if (!arguments.isEmpty()) {
            message.set("arguments", JSON.valueToTree(arguments));
        }
        var reply = new CompletableFuture<JsonNode>();
        pending.put(id, new Pending(command, reply));
        try {
            lines.write(message.put("id", id));
        } catch (IOException gone) {
            lose();
        }
        if (events.isClosed()) {
            lose();
        }
        return reply;
    }

    /** The next event of this name that was not handed out before; events of other names in between are passed over. */
    public JsonNode awaitEvent(String name, Duration patience) {
        return events.awaitNext(event -> event.path("event").asString().equals(name), patience)
                .orElseThrow(() -> new TestbedException("no " + name + " event from " + guest + " within " + patience
                        + "; seen so far: " + eventNames()));
    }

    /** All events since the connection was made, oldest first. */
    public List<JsonNode> events() {
        return events.all();
    }

    public List<String> eventNames() {
        return events().stream().map(event -> event.path("event").asString()).toList();
    }

    /** Waits until QEMU has closed the connection. */
    public void awaitEnd(Duration patience) {
        if (!events.awaitClosed(patience)) {
            throw new TestbedException(guest + " has not closed its monitor within " + patience);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // what was to be said on it has been said
        }
        lose();
    }

    private void read() {
        try {
            for (var line = lines.readLine(); line.isPresent(); line = lines.readLine()) {
                if (!line.get().isEmpty()) {
                    take(JSON.readTree(line.get()));
                }
            }
        } catch (IOException | JacksonException broken) {
            // the same as an end for a waiter
        } finally {
            lose();
        }
    }

    private void take(JsonNode message) {
        if (message.has("QMP")) {
            greeting.complete(message);
        } else if (message.has("event")) {
            events.add(message);
        } else if (pending.remove(message.path("id").asLong(0)) instanceof Pending(var command, var reply)) {
            if (message.has("return")) {
                reply.complete(message.get("return"));
            } else {
                var error = message.path("error");
                reply.completeExceptionally(new CommandRejected(
                        command,
                        error.path("class").asString(),
                        error.path("desc").asString()));
            }
        }
    }

    private void lose() {
        events.close();
        greeting.completeExceptionally(new ConnectionLost(guest + " closed its monitor before its greeting"));
        for (var entry : new ArrayList<>(pending.entrySet())) {
            pending.remove(entry.getKey());
            var waiting = entry.getValue();
            waiting.reply()
                    .completeExceptionally(
                            new ConnectionLost(guest + " closed its monitor before it answered " + waiting.command()));
        }
    }

    private JsonNode await(CompletableFuture<JsonNode> future, String what, Duration patience) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new TestbedException("no answer from " + guest + " within " + patience + ", expected " + what);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for " + what + " from " + guest);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof TestbedException known ? known : new TestbedException(what, failed);
        }
    }
}
