package io.reseal.daemon.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The events of one connection. For one thread: while that does other things nothing is read from the socket, so that the
 * daemon, not this process, decides what is lost.
 */
final class SseReader {
    private static final int OK = 200;

    /** What came. */
    sealed interface Line {
        /** An event. */
        record Data(String id, String json) implements Line {}

        /** No more will come; {@code status} is that of the answer, 0 when there was none; {@code id} is where to go on. */
        record End(int status, String id) implements Line {}
    }

    private final AdminConnection connection;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private Optional<InputStream> body = Optional.empty();
    private int status;
    private String id = "";
    private String data = "";

    SseReader(AdminConnection connection) {
        this.connection = connection;
    }

    /** Waits for the next. */
    Line next() {
        try {
            var in = body();
            while (status == OK) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                var event = take(next);
                if (event.isPresent()) {
                    return event.get();
                }
            }
        } catch (IOException lost) {
            // that is an end, too
        }
        connection.close();
        return new Line.End(status, id);
    }

    private InputStream body() throws IOException {
        if (body.isEmpty()) {
            var answer = HttpAnswer.read(connection);
            status = answer.status();
            body = Optional.of(answer.body());
        }
        return body.get();
    }

    private Optional<Line> take(int next) {
        if (next != '\n') {
            partial.write(next);
            return Optional.empty();
        }
        var line = partial.toString(StandardCharsets.UTF_8);
        partial.reset();
        if (line.startsWith("id: ")) {
            id = line.substring("id: ".length());
        } else if (line.startsWith("data: ")) {
            data = line.substring("data: ".length());
        } else if (line.isEmpty() && !data.isEmpty()) {
            var event = new Line.Data(id, data);
            data = "";
            return Optional.of(event);
        }
        return Optional.empty();
    }
}
