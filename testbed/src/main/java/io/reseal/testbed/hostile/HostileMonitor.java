package io.reseal.testbed.hostile;

import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A guest that behaves, and whose monitor sends these bytes again and again. */
final class HostileMonitor extends Attack {
    /** For a client to come and to negotiate. */
    private static final Duration NO_CLIENT = Duration.ofMillis(20);

    private static final int EVENTS_IN_ONE_WRITE = 100;

    /**
     * Twenty thousand events a second of each monitor, hundreds of times what a QEMU sends. The attacks share the processors with what they attack:
     * faster ones would take from each other. What a flood without pauses does, the benchmarks measure.
     */
    private static final Duration FLOOD_PAUSE = Duration.ofMillis(5);

    private static final String TIME = "{\"timestamp\": {\"seconds\": 1795000000, \"microseconds\": 1}, \"event\": ";

    private final ScriptedPeer peer;
    private final Message message;
    private final byte[] bytes;

    /**
     * What is sent.
     *
     * @param counts how many events, or whatever is counted, that is
     * @param pause before it is sent once more
     * @param isUnfinished the line has no end: the daemon closes the connection, or the monitor does
     */
    private record Message(String text, int counts, Duration pause, boolean isUnfinished) {
        static Message of(String text, Duration pause) {
            return new Message(text + "\r\n", 1, pause, false);
        }

        static Message events(String event) {
            var line = TIME + event + "}\r\n";
            return new Message(line.repeat(EVENTS_IN_ONE_WRITE), EVENTS_IN_ONE_WRITE, FLOOD_PAUSE, false);
        }

        static Message unfinished(String text, Duration pause) {
            return new Message(text, 1, pause, true);
        }
    }

    private HostileMonitor(Sight sight, Path socket, Message message) {
        super(sight);
        this.peer = ScriptedPeer.listen(socket).named(sight.name());
        this.message = message;
        this.bytes = message.text().getBytes(StandardCharsets.UTF_8);
    }

    /** All of them, each on a socket of its own in this folder. */
    static List<Attack> all(Path folder) {
        var second = Duration.ofSeconds(1);
        return List.of(
                flood(folder, "balloon", "\"BALLOON_CHANGE\", \"data\": {\"actual\": 1}"),
                flood(folder, "unknown", "\"NEVER_HEARD_OF\", \"data\": {\"a\": 1}"),
                flood(folder, "clock", "\"RTC_CHANGE\", \"data\": {\"offset\": 1, \"qom-path\": \"/machine/rtc\"}"),
                flood(folder, "reset-1", "\"RESET\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}"),
                flood(folder, "reset-2", "\"RESET\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}"),
                large(folder, "objects", "{\"event\": \"X\", \"data\": [" + "{},".repeat(2 << 20) + "{}]}"),
                large(folder, "text", "{\"event\": \"X\", \"data\": {\"s\": \"" + "a".repeat(6 << 20) + "\"}}"),
                lines(folder, "garbage", Message.of("\u0000\u202e\u001b[31m\n]]}{\"\\", Duration.ofMillis(200))),
                lines(folder, "nesting", Message.of("[".repeat(100_000), Duration.ofMillis(200))),
                lines(
                        folder,
                        "forged-text",
                        Message.of(
                                TIME + "\"GUEST_PANICKED\", \"data\": {\"action\": \"none\", \"info\": {\"type\":"
                                        + " \"\\u001b[31m\\n" + ForgedUrls.MARK + "\\u202e\"}}}",
                                Duration.ofMillis(20))),
                lines(folder, "endless", Message.unfinished("{\"return\": \"" + "a".repeat(20 << 20), second)),
                lines(folder, "half", Message.unfinished("{\"return\": [" + "1,".repeat(400_000), second)));
    }

    private static Attack flood(Path folder, String name, String event) {
        var label = event.startsWith("\"NEVER") ? "other" : event.substring(1, event.indexOf('"', 1));
        return new HostileMonitor(
                Sight.of(
                        "a flood of events: " + name,
                        "events",
                        "reseal_qmp_events_total\\{event=\"" + label + "\"\\} .*"),
                folder.resolve("flood-" + name + ".qmp"),
                Message.events(event));
    }

    private static Attack large(Path folder, String name, String event) {
        return new HostileMonitor(
                Sight.of("events of 6 MB: " + name, "events", "reseal_qmp_oversized_total .*"),
                folder.resolve("large-" + name + ".qmp"),
                Message.of(event, Duration.ofMillis(500)));
    }

    private static Attack lines(Path folder, String name, Message message) {
        return new HostileMonitor(
                Sight.of("lines that QEMU does not write: " + name, "lines"),
                folder.resolve("lines-" + name + ".qmp"),
                message);
    }

    @Override
    void strike() throws InterruptedException {
        if (!peer.isConnected()) {
            Thread.sleep(NO_CLIENT);
            return;
        }
        peer.sendRaw(bytes);
        count(message.counts());
        Thread.sleep(message.pause());
        if (message.isUnfinished()) {
            peer.hangUp();
        }
    }

    @Override
    void release() {
        peer.close();
    }
}
