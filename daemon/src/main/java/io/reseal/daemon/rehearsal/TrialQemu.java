package io.reseal.daemon.rehearsal;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.log.Logging;
import io.reseal.daemon.work.ThreadPriority;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * The monitor of a guest that does not exist, with the replies of QEMU 11.1.3 to what Reseal sends. Each {@code system_reset} rebuilds the
 * guest. It serves one client, on a thread of its own.
 */
final class TrialQemu implements AutoCloseable {
    private static final String GREETING = """
            {"QMP": {"version": {"qemu": {"micro": 3, "minor": 1, "major": 11}, "package": ""}, "capabilities": ["oob"]}}""";
    /** Leads to a folder that is named by the thread that looks at it (proc(5)). */
    private static final Path OWN_THREAD = Path.of("/proc/thread-self");

    private static final String SUPPORT = "/objects/sev0";
    private static final String VCPU = "/machine/unattached/device[0]";
    private static final long MANY_EXITS = 1_000_000;
    private static final long FEW_EXITS = 10;
    private static final int MILLIS = 1_000;

    /** What it runs. */
    enum Guest {
        /** Rebuilt because of the machine property for tests. */
        PLAIN,
        SEV_SNP
    }

    private final Path socket;
    private final Guest guest;
    private final ServerSocketChannel server;
    private long exits = MANY_EXITS;
    private String thread = "";

    TrialQemu(Path socket, Guest guest) throws IOException {
        this.socket = socket;
        this.guest = guest;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().name(Logging.REHEARSAL_THREADS + "-qemu").start(this::serve);
    }

    private void serve() {
        ThreadPriority.lower();
        try (var client = server.accept();
                var lines = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8))) {
            thread = Files.readSymbolicLink(OWN_THREAD).getFileName().toString();
            say(client, GREETING);
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                obey(client, Json.read(line, JsonNode.class));
            }
        } catch (IOException closed) {
            // the rehearsal is over
        }
    }

    private void obey(SocketChannel client, JsonNode command) throws IOException {
        var name = command.path("execute").stringValue("");
        if (name.equals("system_reset")) {
            exits = FEW_EXITS;
            say(client, """
                    {"timestamp": {"seconds": %d, "microseconds": 0}, "event": "RESET", \
                    "data": {"guest": false, "reason": "host-qmp-system-reset"}}""".formatted(System.currentTimeMillis() / MILLIS));
        }
        say(client, """
                {"%s, "id": %s}""".formatted(reply(name, command.path("arguments")), command.path("id")));
        if (name.equals("query-stats")) {
            exits += MANY_EXITS;
        }
    }

    private String reply(String command, JsonNode arguments) {
        return switch (command) {
            case "qmp_capabilities", "query-migrate", "system_reset" -> done("{}");
            case "query-status" -> done("{\"status\": \"running\", \"running\": true}");
            case "query-name" -> done("{\"name\": \"rehearsal\"}");
            case "query-uuid" -> done("{\"UUID\": \"00000000-0000-0000-0000-000000000000\"}");
            case "query-kvm" -> done("{\"enabled\": true, \"present\": true}");
            case "query-cpus-fast" ->
                done("[{\"cpu-index\": 0, \"thread-id\": %s, \"qom-path\": \"%s\", \"qom-type\": \"host-x86_64-cpu\"}]"
                        .formatted(thread, VCPU));
            case "query-stats" -> done("""
                    [{"provider": "kvm", "qom-path": "%s", "stats": [{"name": "exits", "value": %d}]}]""".formatted(VCPU, exits));
            case "query-sev" -> done("""
                    {"enabled": true, "api-major": 1, "api-minor": 55, "build-id": 21, "state": "running", \
                    "sev-type": "sev-snp", "snp-policy": 196608}""");
            case "qom-get" ->
                property(
                        arguments.path("path").stringValue(""),
                        arguments.path("property").stringValue(""));
            case "qom-list-get" ->
                done("[{\"properties\": [{\"name\": \"policy\", \"type\": \"uint64\", \"value\": 196608}]}]");
            case "qom-list" -> done("[]");
            default -> failed("CommandNotFound", "The command " + command + " has not been found");
        };
    }

    private String property(String path, String property) {
        boolean protectedVcpus = guest == Guest.SEV_SNP;
        return switch (path + "." + property) {
            case "/machine.x-change-vmfd-on-reset" -> done(String.valueOf(!protectedVcpus));
            case "/machine.confidential-guest-support" -> done(protectedVcpus ? "\"" + SUPPORT + "\"" : "\"\"");
            case "/machine.type" -> done("\"pc-q35-11.1-machine\"");
            case SUPPORT + ".type" -> done("\"sev-snp-guest\"");
            default -> failed("GenericError", "Property '" + path + "." + property + "' not found");
        };
    }

    private static String done(String value) {
        return "return\": " + value;
    }

    private static String failed(String kind, String description) {
        return "error\": {\"class\": \"%s\", \"desc\": \"%s\"}".formatted(kind, description);
    }

    private static void say(SocketChannel client, String line) throws IOException {
        var bytes = ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
