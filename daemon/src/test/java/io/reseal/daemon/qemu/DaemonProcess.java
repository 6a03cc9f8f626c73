package io.reseal.daemon.qemu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.config.yaml.ConfigFile;
import io.reseal.daemon.Daemon;
import io.reseal.daemon.log.Logging;
import io.reseal.testbed.junit.Testbed;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.event.Level;

/** A daemon in a JVM of its own, for tests that kill it. Safe for any thread. */
record DaemonProcess(Process process, AdminClient client, Path log) implements AutoCloseable {

    /** What it sees of the processes of this system. */
    enum Sight {
        ALL,
        /** In a pid namespace of its own, as in a container. */
        PIDFDS,
        /** As above, and the kernel gives no handles on processes, as Linux before its version 6.5. */
        NOTHING;

        private List<String> wrapper() {
            return switch (this) {
                case ALL -> List.of();
                case PIDFDS, NOTHING -> List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
            };
        }

        private Map<String, String> environment(Testbed testbed) {
            return this == NOTHING ? Map.of("LD_PRELOAD", withoutHandles(testbed.folder())) : Map.of();
        }

        /** A library that makes the kernel one before Linux 6.5. */
        private static String withoutHandles(Path folder) {
            try (var source = DaemonProcess.class.getResourceAsStream("no-peer-pidfd.c")) {
                var file = folder.resolve("no-peer-pidfd.c");
                Files.copy(requireNonNull(source), file);
                var library = folder.resolve("no-peer-pidfd.so").toString();
                var compiler = new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library, file.toString())
                        .inheritIO()
                        .start();
                assertThat(compiler.onExit().join().exitValue()).as("gcc").isZero();
                return library;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    static DaemonProcess start(Testbed testbed, TestConfig config) {
        return start(testbed, config, Sight.ALL);
    }

    static DaemonProcess start(Testbed testbed, TestConfig config, Sight sight) {
        return start(testbed, config, sight, Map.of());
    }

    /** With other values of the environment. */
    static DaemonProcess start(Testbed testbed, TestConfig config, Map<String, String> environment) {
        return start(testbed, config, Sight.ALL, environment);
    }

    /** With so many open files at most. */
    static DaemonProcess startWithFiles(Testbed testbed, TestConfig config, int files) {
        return start(testbed, config, List.of("prlimit", "--nofile=" + files + ":" + files), Map.of());
    }

    private static DaemonProcess start(
            Testbed testbed, TestConfig config, Sight sight, Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.putAll(sight.environment(testbed));
        return start(testbed, config, sight.wrapper(), all);
    }

    /** Starts one with the test's class path and waits until it answers; ended after the test. */
    private static DaemonProcess start(
            Testbed testbed, TestConfig config, List<String> wrapper, Map<String, String> environment) {
        try {
            var log = Files.createTempFile(testbed.folder(), "daemon-", ".log");
            var file = Files.writeString(Files.createTempFile(testbed.folder(), "reseal-", ".yaml"), config.yaml());
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            var command = new ArrayList<>(wrapper);
            command.add(java);
            command.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseSerialGC",
                    "-Djava.io.tmpdir=" + testbed.folder(), // some are killed, and leave what they have there
                    "-cp",
                    System.getProperty("java.class.path"),
                    DaemonProcess.class.getName(),
                    file.toString()));
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            var daemon = testbed.own(new DaemonProcess(process, new AdminClient(config.adminSocket()), log));
            await("the daemon")
                    .atMost(RunningDaemon.PATIENCE)
                    .ignoreExceptions()
                    .until(daemon::answers);
            return daemon;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean answers() {
        return client.get("/healthz").status() == 200;
    }

    SeenGuest awaitState(String guest, String state) {
        return await("guest " + guest)
                .atMost(RunningDaemon.PATIENCE)
                .until(
                        () -> new SeenGuest(client.get("/v1/guests/" + guest).json()),
                        seen -> seen.state().equals(state));
    }

    /** All that it knows. */
    List<SeenGuest> guests() {
        return SeenGuest.all(client);
    }

    String logText() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void kill9() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill9();
    }

    /** Ends with the JVM that started it, whose end closes the standard input. */
    public static void main(String[] arguments) throws IOException {
        Logging.configure(Logging.Format.PLAIN, Level.INFO);
        try (var daemon =
                new Daemon(ConfigFile.load(new File(arguments[0]).toPath()).config(), "test")) {
            daemon.start();
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        } finally {
            Logging.end();
        }
    }
}
