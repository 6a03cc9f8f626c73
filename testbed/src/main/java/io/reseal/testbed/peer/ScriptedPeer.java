package io.reseal.testbed.peer;

import io.reseal.testbed.AwaitableList;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A QMP server that behaves as QEMU 11.1 does until told otherwise: for what a real QEMU will not do on demand. It
 * serves one client after another, as QEMU's sockets do; its pid, for the client, is that of this JVM. Safe for any
 * thread; what is told applies from then on, to connections too that are open already.
 */
public final class ScriptedPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int UNTORN = Integer.MAX_VALUE;

    private final Path socket;
    private final ServerSocketChannel server;
    private final Thread thread;
    private final QemuScript qemu = new QemuScript(this);
    private final Script script;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AwaitableList<JsonNode> received = new AwaitableList<>();
    private final AwaitableList<PeerConnection> connections = new AwaitableList<>();
    private final AwaitableList<PeerConnection> departures = new AwaitableList<>();
    private final ReentrantLock modelLock = new ReentrantLock();
    private final PeerModel model = new PeerModel();
    private volatile Optional<PeerConnection> current = Optional.empty();
    private volatile int pieceBytes = UNTORN;

    /** What a peer does with one client; the connection is closed when it ends. */
    @FunctionalInterface
    public interface Script {
        void play(PeerConnection client) throws IOException, InterruptedException;
    }

    private ScriptedPeer(Path socket, Function<ScriptedPeer, Script> script) throws IOException {
        this.socket = TestbedPaths.checkedSocket(socket);
        this.script = script.apply(this);
        this.thread = Thread.ofPlatform().daemon().name("peer " + socket).unstarted(this::serve);
        this.server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(this.socket));
        new PeerDefaults(this).install();
    }

    /** A peer that listens, and greets each client, from now on. */
    public static ScriptedPeer listen(Path socket) {
        return listen(socket, peer -> peer.qemu);
    }

    /** A peer that does nothing but what the script says, with one client after the other. */
    public static ScriptedPeer playing(Path socket, Script script) {
        return listen(socket, _ -> script);
    }

    private static ScriptedPeer listen(Path socket, Function<ScriptedPeer, Script> script) {
        try {
            var peer = new ScriptedPeer(socket, script);
            peer.thread.start();
            return peer;
        } catch (IOException refused) {
            throw new TestbedException("no peer can listen on " + socket + ": " + refused.getMessage(), refused);
        }
    }

    public Path socket() {
        return socket;
    }

    /** Greets with this version, e.g. {@code 10.2.0}, and reports it when asked. */
    public ScriptedPeer greetsWith(String version) {
        return change(m -> m.version(version));
    }

    /** Accepts the next connections and says nothing, as QEMU does while another client is there. */
    public ScriptedPeer staysSilent() {
        qemu.greets(false);
        return this;
    }

    /** Greets the next connections again. */
    public ScriptedPeer greets() {
        qemu.greets(true);
        return this;
    }

    /** Replies with this value: JSON, or maps, lists, numbers and strings that become JSON. */
    public ScriptedPeer answers(String command, Object value) {
        return onCommand(command, each -> each.reply(value));
    }

    public ScriptedPeer rejects(String command, String errorClass, String description) {
        return onCommand(command, each -> each.fail(errorClass, description));
    }

    public ScriptedPeer neverReplies(String command) {
        return onCommand(command, _ -> {});
    }

    /** Closes the connection instead of a reply, as a QEMU that dies of the command does. */
    public ScriptedPeer closesAfter(String command) {
        return onCommand(command, PeerCommand::hangUp);
    }

    /** Does this instead of its default; the handler runs on the connection's thread, so it may block it. */
    public ScriptedPeer onCommand(String command, Consumer<PeerCommand> handler) {
        qemu.onCommand(command, handler);
        return this;
    }

    /** Sends what it says to the next connections in pieces of so many bytes. */
    public ScriptedPeer tearsWrites(int bytes) {
        pieceBytes = bytes;
        return this;
    }

    public ScriptedPeer named(String name) {
        return change(m -> m.name(name));
    }

    public ScriptedPeer uuid(UUID uuid) {
        return change(m -> m.uuid(uuid));
    }

    /** Pretends a confidential guest: {@code sev-guest}, {@code sev-snp-guest} or {@code tdx-guest}. */
    public ScriptedPeer confidential(String type) {
        return change(m -> m.support(type));
    }

    /** Sets a property as {@code qom-get} tells it. */
    public ScriptedPeer property(String path, String property, Object value) {
        return change(m -> m.property(path, property, value));
    }

    /** Sets the {@code exits} counter of a vCPU, which thereby exists. */
    public ScriptedPeer counters(int vcpu, long exits) {
        return change(m -> m.counter(vcpu, exits));
    }

    public ScriptedPeer runState(String runState) {
        return change(m -> m.runState(runState));
    }

    public ScriptedPeer sevState(String sevState) {
        return change(m -> m.sevState(sevState));
    }

    /** Tells the client of an event, if it has negotiated. */
    public void emit(String event, Map<String, ?> data) {
        current.ifPresent(connection -> connection.event(event, data));
    }

    /** Tells of one event that many times, as fast as the client takes them. */
    public void flood(int count, String event, Map<String, ?> data) {
        for (int i = 0; i < count; i++) {
            emit(event, data);
        }
    }

    /** Sends bytes as they are, to each connected client. */
    public void sendRaw(byte[] bytes) {
        current.ifPresent(connection -> connection.sendRaw(bytes));
    }

    /** Whether there is a client that has negotiated. */
    public boolean isConnected() {
        return current.filter(PeerConnection::isOpen)
                .filter(PeerConnection::isNegotiated)
                .isPresent();
    }

    /** Closes the connection that is open; the next client is served as usual. */
    public void hangUp() {
        current.ifPresent(PeerConnection::close);
    }

    /** The next command of this name, after the last one handed out here; others in between are passed over. */
    public JsonNode awaitCommand(String name) {
        return awaitCommand(name, PATIENCE);
    }

    public JsonNode awaitCommand(String name, Duration patience) {
        return received.awaitNext(each -> each.path("execute").asString("").equals(name), patience)
                .orElseThrow(() -> new TestbedException("no command " + name + " came to " + socket + " within "
                        + patience + "; received so far: " + receivedNames()));
    }

    /** Waits until so many clients have come since the peer began to listen. */
    public void awaitConnections(int count) {
        if (!connections.await(all -> all.size() >= count, PATIENCE)) {
            throw new TestbedException("expected " + count + " connections to " + socket + " within " + PATIENCE
                    + ", but " + connections.all().size() + " came");
        }
    }

    /** Waits until so many clients have gone, or been sent away, since the peer began to listen. */
    public void awaitDepartures(int count) {
        if (!departures.await(all -> all.size() >= count, PATIENCE)) {
            throw new TestbedException("expected " + count + " clients to leave " + socket + " within " + PATIENCE
                    + ", but " + departures.all().size() + " did");
        }
    }

    /** All that was received, oldest first, over all connections. */
    public List<JsonNode> received() {
        return received.all();
    }

    public List<String> receivedNames() {
        return received().stream()
                .map(each -> each.path("execute").asString(""))
                .toList();
    }

    /** Every byte that was received, over all connections, as ISO 8859-1. */
    public String receivedText() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    void note(JsonNode message) {
        received.add(message);
    }

    /** Takes no further client, and waits until the script has been played to the end with the present one. */
    public void closeAfterScript() throws IOException, InterruptedException {
        server.close();
        thread.join();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException _) {
            // no one else listens on it
        }
        thread.interrupt();
        hangUp();
        received.close();
        connections.close();
        departures.close();
        TestbedPaths.delete(socket);
    }

    /** Reads or changes the model under its lock. */
    <T> T model(Function<PeerModel, T> use) {
        modelLock.lock();
        try {
            return use.apply(model);
        } finally {
            modelLock.unlock();
        }
    }

    private ScriptedPeer change(Consumer<PeerModel> change) {
        return model(m -> {
            change.accept(m);
            return this;
        });
    }

    private void serve() {
        while (server.isOpen()) {
            try (var connection = new PeerConnection(server.accept(), pieceBytes, bytes)) {
                current = Optional.of(connection);
                connections.add(connection);
                play(connection);
            } catch (IOException | InterruptedException _) {
                // the client has left in the middle of it, or the peer is closed
            }
        }
    }

    private void play(PeerConnection connection) throws IOException, InterruptedException {
        try {
            script.play(connection);
        } finally {
            departures.add(connection);
        }
    }
}
