package io.reseal.daemon.discovery;

import io.reseal.qmp.QmpCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * libvirt, through its own command {@code virsh} (package libvirt-clients): its library would bring native code into the
 * daemon. Each call blocks, for a bounded time.
 *
 * @param program {@code virsh}, or where it is
 * @param uri of libvirt
 */
record Virsh(String program, String uri) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.shared();
    /** The JDK encodes arguments in the character set of the locale. */
    private static final ObjectWriter ASCII = JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private static final String PREFIX = "error: ";

    /**
     * A running domain.
     *
     * @param id of this run of it: another one after each start
     */
    record Domain(String uuid, String id, String name) {}

    /** Every domain that runs now. */
    List<Domain> running() {
        return run(List.of("list", "--uuid", "--id", "--name"))
                .lines()
                .map(line -> line.strip().split(" ", 3))
                .filter(words -> words.length == 3)
                .map(words -> new Domain(words[0], words[1], words[2]))
                .toList();
    }

    /**
     * Sends a QMP command over libvirt's own monitor; libvirt marks the domain as tainted (custom-monitor).
     *
     * @return what QEMU answers: {@code {"return": ...}} or {@code {"error": ...}}
     */
    JsonNode qmp(Domain domain, QmpCommand command) {
        var line = JSON.createObjectNode().put("execute", command.name());
        if (!command.arguments().isEmpty()) {
            line.set("arguments", command.arguments());
        }
        var answer = run(List.of("qemu-monitor-command", domain.uuid(), "--cmd", ASCII.writeValueAsString(line)));
        try {
            return JSON.readTree(answer);
        } catch (JacksonException notJson) {
            throw new LibvirtException("virsh did not answer " + command.name() + " in JSON: " + answer);
        }
    }

    /** A process that writes a line whenever a domain starts or ends, until it is ended. */
    Process follow() {
        return start(List.of("event", "--event", "lifecycle", "--loop"));
    }

    private String run(List<String> words) {
        var process = start(words);
        process.onExit()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly());
        var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        var output = text(process.getInputStream());
        if (process.onExit().join().exitValue() == 0) {
            return output;
        }
        var why = errors.join()
                .lines()
                .map(line -> line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line)
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("; "));
        throw new LibvirtException("virsh %s failed: %s"
                .formatted(words.getFirst(), why.isEmpty() ? "no answer within " + PATIENCE.toSeconds() + " s" : why));
    }

    private Process start(List<String> words) {
        var command = new ArrayList<>(List.of(program, "--quiet", "--connect", uri));
        command.addAll(words);
        var builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            var process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException missing) {
            throw new LibvirtException("virsh cannot be run: install the package libvirt-clients, or remove"
                    + " discovery.libvirt (" + missing.getMessage() + ")");
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException _) {
            return ""; // the process was ended
        }
    }
}
