package io.reseal.daemon;

import io.reseal.daemon.cli.Cli;
import io.reseal.daemon.cli.terminal.Console;
import java.util.Optional;

/** The program: one command line for the daemon and for those who talk to it. */
public final class Reseal {
    public static void main(String[] arguments) {
        var console = Console.system();
        var cli = new Cli(version(), config -> new DaemonRun(console, version()).run(config), console);
        System.exit(cli.run(Locales.arguments(arguments)));
    }

    /** As the jar's manifest has it. */
    static String version() {
        return Optional.ofNullable(Reseal.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private Reseal() {}
}
