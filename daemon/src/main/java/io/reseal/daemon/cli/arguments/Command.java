package io.reseal.daemon.cli.arguments;

/** One command of the command line. For one thread and one run. */
public interface Command {
    /** What it takes. */
    Syntax syntax();

    /** Does it with the arguments that were given, and returns the exit code. */
    int run() throws InterruptedException;
}
