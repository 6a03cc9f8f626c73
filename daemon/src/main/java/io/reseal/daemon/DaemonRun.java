package io.reseal.daemon;

import io.reseal.config.ResealConfig;
import io.reseal.config.yaml.ConfigException;
import io.reseal.config.yaml.ConfigFile;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.health.DescriptorLimit;
import io.reseal.daemon.http.HttpServerException;
import io.reseal.daemon.log.Logging;
import io.reseal.qmp.QmpException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code reseal run}: from the configuration file to SIGTERM. Runs on the main thread; signals only leave word for it. */
final class DaemonRun {
    private static final Logger LOG = LoggerFactory.getLogger("reseal");
    private static final Path USUAL_FILE = Path.of("/etc/reseal/reseal.yaml");
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int CONFIGURATION = 2;

    private enum Order {
        RELOAD,
        STOP
    }

    private final Console console;
    private final String version;
    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();

    DaemonRun(Console console, String version) {
        this.console = console;
        this.version = version;
    }

    /** Runs until SIGTERM or SIGINT and returns the exit code. */
    int run(Optional<Path> named) {
        ProcessSignals.on("TERM", () -> orders.add(Order.STOP));
        ProcessSignals.on("INT", () -> orders.add(Order.STOP));
        ProcessSignals.on("HUP", () -> orders.add(Order.RELOAD));
        try {
            var config = load(named);
            Logging.configure(format(config.config()), level(config.config()));
            tellWarnings(config);
            if (!DescriptorLimit.raise()) {
                LOG.warn("the limit of open files (RLIMIT_NOFILE) could not be raised to its hard limit");
            }
            try (var daemon = new Daemon(config.config(), version)) {
                daemon.start();
                obey(daemon, named);
            }
            return OK;
        } catch (ConfigException wrong) {
            wrong.problems().forEach(problem -> console.error(problem.toString()));
            return CONFIGURATION;
        } catch (HttpServerException cannotListen) {
            console.error(String.valueOf(cannotListen.getMessage()));
            return CONFIGURATION;
        } catch (QmpException.ListenFailed cannotListen) {
            console.error("discovery.listen: " + cannotListen.getMessage());
            return CONFIGURATION;
        } catch (Shutdown.FailedException failed) {
            console.error(String.valueOf(failed.getMessage()));
            return FAILED;
        }
    }

    private static ConfigFile.LoadedConfig load(Optional<Path> named) {
        var file = named.or(() -> Files.exists(USUAL_FILE) ? Optional.of(USUAL_FILE) : Optional.empty());
        return file.map(ConfigFile::load).orElseGet(() -> ConfigFile.parse("defaults", ""));
    }

    private static void tellWarnings(ConfigFile.LoadedConfig config) {
        config.warnings().forEach(warning -> LOG.warn(warning.toString()));
    }

    private void obey(Daemon daemon, Optional<Path> named) {
        try {
            while (orders.take() == Order.RELOAD) {
                reload(daemon, named);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** A file with faults changes nothing. */
    private static void reload(Daemon daemon, Optional<Path> named) {
        try {
            var config = load(named);
            tellWarnings(config);
            daemon.reconfigure(config.config());
        } catch (ConfigException wrong) {
            wrong.problems().forEach(problem -> LOG.error(problem.toString()));
            LOG.error("the configuration was not reloaded: the one before stays in force");
        }
    }

    private static Logging.Format format(ResealConfig config) {
        return switch (config.log().format()) {
            case PLAIN -> Logging.Format.PLAIN;
            case JSON -> Logging.Format.JSON;
        };
    }

    private static Level level(ResealConfig config) {
        return Level.valueOf(config.log().level().name());
    }
}
