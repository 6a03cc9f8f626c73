package io.reseal.benchmarks.client;

import io.reseal.testbed.TestbedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks for resets as a program would: HTTP on the daemon's admin socket, one request for each connection. */
public record AdminSocket(Path path) {
    private static final String BODY = "{\"prove\":\"rebuilt\",\"reason\":\"benchmark\"}";

    /** Returns when the reset was begun. */
    public void requestReset(String guest) {
        var request = "POST /v1/guests/" + guest + "/resets HTTP/1.1\r\nHost: reseal\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
        var answer = exchange(request);
        if (!answer.startsWith("HTTP/1.1 20")) {
            throw new TestbedException("a reset of " + guest + " was not begun: " + answer);
        }
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
