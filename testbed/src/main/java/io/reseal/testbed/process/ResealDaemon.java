package io.reseal.testbed.process;

import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Reseal daemon as its users see it: started by the launcher, asked over HTTP and by the command line. It watches the
 * sockets {@code *.qmp} of a folder. Safe for any thread.
 */
public final class ResealDaemon implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern READY = Pattern.compile("ready: admin socket .*, TCP \\S*:(\\d+)");
    private static final String EVENT = "data: ";

    private final Path launcher;
    private final Path folder;
    private final ChildProcess program;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    private ResealDaemon(Path launcher, Path folder) {
        this.launcher = launcher;
        this.folder = folder;
        this.program = ChildProcess.start(List.of(
                launcher.toString(), "run", "-c", folder.resolve("reseal.yaml").toString()));
        try {
            var ready =
                    READY.matcher(program.awaitLine(line -> READY.matcher(line).find(), START_PATIENCE));
            this.address = URI.create("http://127.0.0.1:" + (ready.find() ? ready.group(1) : ""));
        } catch (TestbedException notReady) {
            program.close();
            throw notReady;
        }
    }

    /**
     * Starts a daemon and waits until it is ready.
     *
     * @param launcher the file {@code reseal}
     * @param folder where its configuration is written, its sockets are and those of the guests
     * @param settings more sections of the configuration; empty for its defaults
     */
    public static ResealDaemon start(Path launcher, Path folder, String settings) {
        return start(launcher, folder, List.of(), settings);
    }

    /** The same, which finds guests in more folders, too. */
    public static ResealDaemon start(Path launcher, Path folder, List<Path> more, String settings) {
        try {
            Files.writeString(folder.resolve("reseal.yaml"), configuration(folder, more) + settings);
        } catch (IOException refused) {
            throw new TestbedException("no configuration can be written: " + refused.getMessage(), refused);
        }
        return new ResealDaemon(launcher, folder);
    }

    private static String configuration(Path folder, List<Path> more) {
        var globs = Stream.concat(Stream.of(folder), more.stream())
                .map(each -> "\"" + each + "/*.qmp\"")
                .collect(Collectors.joining(", "));
        return """
                discovery:
                  sockets: [%s]
                http:
                  listen: 127.0.0.1:0
                  admin-socket: %s
                """.formatted(globs, adminSocket(folder));
    }

    private static Path adminSocket(Path folder) {
        return folder.resolve("admin.sock");
    }

    public Path adminSocket() {
        return adminSocket(folder);
    }

    /** Where it answers over TCP. */
    public URI address() {
        return address;
    }

    public long pid() {
        return program.pid();
    }

    public boolean isAlive() {
        return program.isAlive();
    }

    /** Runs a command of the command line against this daemon. */
    public ChildProcess command(List<String> words) {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(words);
        command.addAll(List.of("--admin-socket", adminSocket().toString()));
        return ChildProcess.start(command);
    }

    /** What it has written so far, its log among it. */
    public List<String> output() {
        return program.output();
    }

    public JsonNode json(String path) {
        return JSON.readTree(text(path));
    }

    /** What it answers; anything but success is a failure. */
    public String text(String path) {
        try {
            var answer = http.send(request(path).timeout(ANSWER_PATIENCE).build(), BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            throw new TestbedException("the daemon answers " + path + " by status " + answer.statusCode()
                    + ", expected 200: " + answer.body());
        } catch (IOException broken) {
            throw new TestbedException("the daemon does not answer " + path + ": " + broken.getMessage(), broken);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for " + path);
        }
    }

    /** What happens from now on: {@code {"id", "at", "type", "guest", "payload"}} each. */
    public BlockingQueue<JsonNode> events() {
        var events = new LinkedBlockingQueue<JsonNode>();
        try {
            var stream = http.send(request("/v1/events").build(), BodyHandlers.ofLines());
            Thread.ofPlatform().daemon().name("events").start(() -> {
                try (var lines = stream.body()) {
                    lines.filter(line -> line.startsWith(EVENT))
                            .forEach(line -> events.add(JSON.readTree(line.substring(EVENT.length()))));
                } catch (RuntimeException gone) {
                    // a waiter for an event sees that none comes
                }
            });
            return events;
        } catch (IOException broken) {
            throw new TestbedException("the daemon does not tell events: " + broken.getMessage(), broken);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while asking for events");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path));
    }

    @Override
    public void close() {
        http.shutdownNow();
        program.close();
    }
}
