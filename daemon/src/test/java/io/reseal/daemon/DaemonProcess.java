package io.reseal.daemon;

import static org.awaitility.Awaitility.await;

import io.reseal.config.ConfigFile;
import io.reseal.daemon.log.Logging;
import io.reseal.testbed.Testbed;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.event.Level;

/** A daemon in a JVM of its own, for tests that kill it. Safe for any thread. */
record DaemonProcess(Process process, AdminClient client, Path log) implements AutoCloseable {

    /** Starts one with the test's class path and waits until it answers; ended after the test. */
    static DaemonProcess start(Testbed testbed, TestConfig config) {
        return start(testbed, config, Map.of());
    }

    /** The same with other values of the environment. */
    static DaemonProcess start(Testbed testbed, TestConfig config, Map<String, String> environment) {
        try {
            var log = Files.createTempFile(testbed.folder(), "daemon-", ".log");
            var file = Files.writeString(Files.createTempFile(testbed.folder(), "reseal-", ".yaml"), config.yaml());
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            var builder = new ProcessBuilder(List.of(
                            java,
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DaemonProcess.class.getName(),
                            file.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
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
        }
    }
}
