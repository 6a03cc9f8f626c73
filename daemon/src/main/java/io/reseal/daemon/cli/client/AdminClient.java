package io.reseal.daemon.cli.client;

import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Asks a running daemon over its admin socket, one connection for each request. With a channel of the JDK: a command that asks
 * one question has ended before a library for servers is loaded. For one thread.
 */
public final class AdminClient {
    private static final int MAX_ANSWER = 256 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    private final Path socket;

    public AdminClient(Path socket) {
        this.socket = socket;
    }

    /** Asks for a document. */
    public ApiResponse get(String path) {
        return get(path, Duration.ZERO);
    }

    /**
     * Asks for a document.
     *
     * @param wait how long the daemon may take beyond the usual
     */
    public ApiResponse get(String path, Duration wait) {
        return exchange(request("GET", path, "", ""), PATIENCE.plus(wait));
    }

    /**
     * Asks for something to be done.
     *
     * @param wait how long the daemon may take beyond the usual
     */
    public ApiResponse post(String path, String body, Duration wait) {
        return exchange(request("POST", path, "Content-Type: application/json\r\n", body), PATIENCE.plus(wait));
    }

    /** Follows server-sent events until the other side ends them. */
    SseReader events(String path, String lastEventId) {
        var connection = connect();
        try {
            var last = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            connection.send(request("GET", path, last, ""));
            connection.waitWithoutEnd();
        } catch (IOException lost) {
            // what is read then is the end
            connection.close();
        }
        return new SseReader(connection);
    }

    private ApiResponse exchange(byte[] request, Duration patience) {
        try (var connection = connect()) {
            connection.waitAtMost(patience);
            connection.send(request);
            var answer = HttpAnswer.read(connection);
            return new ApiResponse(answer.status(), answer.text(MAX_ANSWER));
        } catch (IOException lost) {
            throw new CliException(
                    ExitCode.NOT_REACHABLE,
                    "connection to the daemon at " + socket + " was lost before it answered: what was asked for may"
                            + " be under way: look with `reseal guests`");
        }
    }

    private static byte[] request(String method, String path, String header, String body) {
        var content = body.getBytes(StandardCharsets.UTF_8);
        var head = method + " " + path + " HTTP/1.1\r\nHost: reseal\r\nConnection: close\r\n" + header
                + "Content-Length: " + content.length + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    private AdminConnection connect() {
        try {
            return AdminConnection.open(socket, PATIENCE);
        } catch (AdminConnection.BusyException busy) {
            throw new CliException(
                    ExitCode.NOT_REACHABLE,
                    "the daemon at " + socket + " takes no more connections, its queue is full: look whether it is"
                            + " stopped or overloaded");
        } catch (IOException | UnsupportedOperationException notThere) {
            throw notThere();
        }
    }

    private CliException notThere() {
        if (!Files.exists(socket)) {
            return new CliException(
                    ExitCode.NOT_REACHABLE,
                    "no daemon at " + socket
                            + ": there is no such socket: start one with `reseal run`, or name its socket"
                            + " with --admin-socket");
        }
        return Files.isWritable(socket)
                ? new CliException(
                        ExitCode.NOT_REACHABLE,
                        "no daemon at " + socket + ": nobody listens on the socket: start one with `reseal run`")
                : new CliException(
                        ExitCode.NOT_REACHABLE,
                        "no access to the daemon at " + socket
                                + ": this user may not write to the socket: run as root or"
                                + " as a member of the socket's group");
    }
}
