package io.reseal.daemon.qemu;

import io.reseal.daemon.api.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** HTTP/1.1 over the admin socket, one connection for each request. Safe for any thread. */
record AdminClient(Path socket) {

    /** Status and body of a response. */
    record Answer(int status, String body) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }
    }

    Answer get(String path) {
        return exchange("GET " + path + " HTTP/1.1\r\nHost: reseal\r\nConnection: close\r\n\r\n");
    }

    Answer post(String path, JsonNode body) {
        var text = Json.text(body);
        return exchange("POST " + path + " HTTP/1.1\r\nHost: reseal\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + text.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n" + text);
    }

    private Answer exchange(String request) {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, request);
            var whole = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            int head = whole.indexOf("\r\n\r\n");
            int status = Integer.parseInt(whole.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
            return new Answer(status, whole.substring(head + 4));
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "no answer at " + socket + " to " + request.lines().findFirst(), failed);
        }
    }

    /** Hands every event of the feed to {@code reader} until the daemon ends or {@code channel} is closed. */
    void follow(SocketChannel channel, Consumer<JsonNode> reader) {
        try {
            write(channel, "GET /v1/events?after=0 HTTP/1.1\r\nHost: reseal\r\n\r\n");
            var lines =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    reader.accept(Json.MAPPER.readTree(line.substring("data: ".length())));
                }
            }
        } catch (IOException _) {
            // the end of the feed
        }
    }

    SocketChannel open() {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException failed) {
            throw new UncheckedIOException("nobody listens at " + socket, failed);
        }
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
