package io.reseal.daemon;

import io.reseal.daemon.cli.Cli;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.log.Logging;
import java.nio.file.Path;
import java.util.Optional;

/** The program: one command line for the daemon and for those who talk to it. */
public final class Reseal {
    public static void main(String[] arguments) {
        int code = run(arguments);
        // not exit: it looks for a logger of the JDK in every library first, which takes as long as a whole command
        Runtime.getRuntime().halt(code);
    }

    /** Returns the exit code when all has been written. */
    static int run(String... arguments) {
        Preload.nameImplementations();
        var console = Console.system();
        var cli = new Cli(Reseal::version, config -> daemon(config, console), console);
        int code = cli.run(Locales.arguments(arguments));
        console.out().flush();
        console.err().flush();
        return code;
    }

    private static int daemon(Optional<Path> config, Console console) {
        Preload.start();
        try {
            return new DaemonRun(console, version()).run(config);
        } finally {
            Logging.end();
        }
    }

    /** As the jar's manifest has it. */
    private static String version() {
        return Optional.ofNullable(Reseal.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private Reseal() {}
}
