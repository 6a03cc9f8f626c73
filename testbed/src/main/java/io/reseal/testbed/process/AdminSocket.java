package io.reseal.testbed.process;

import io.reseal.testbed.TestbedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks as a program would: HTTP on the daemon's admin socket, one request for each connection. */
public record AdminSocket(Path path) {
    private static final String BODY = "{\"prove\":\"rebuilt\",\"reason\":\"benchmark\"}";

    /** Asks for a reset that is to be proven up to {@code rebuilt}; returns the daemon's answer to it. */
    public String requestReset(String guest) {
        var answer = exchange("POST /v1/guests/" + guest + "/resets HTTP/1.1\r\nHost: reseal\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
        if (!answer.startsWith("HTTP/1.1 20")) {
            throw new TestbedException("a reset of " + guest + " was not begun: " + answer);
        }
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** Reads a document. */
    public String get(String what) {
        var answer = exchange("GET " + what + " HTTP/1.1\r\nHost: reseal\r\nConnection: close\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 200")) {
            throw new TestbedException("the daemon does not tell " + what + ": " + answer);
        }
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private String exchange(String request) {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(4096);
            while (channel.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
            }
            return answer.toString(StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new TestbedException("the admin socket does not answer: " + broken.getMessage());
        }
    }
}
