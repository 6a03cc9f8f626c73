package io.reseal.daemon;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Several commands in one process: what they load and link is recorded for the class cache of all later ones. Called by
 * {@code scripts/class-cache}.
 */
final class CommandTraining {
    private static final String ENDLESS = "watch";

    private CommandTraining() {}

    /** The admin socket, and then commands with their words separated by spaces. */
    public static void main(String[] arguments) {
        for (var command : Arrays.asList(arguments).subList(1, arguments.length)) {
            var words = Stream.concat(Arrays.stream(command.split(" ", -1)), Stream.of("--admin-socket", arguments[0]))
                    .toArray(String[]::new);
            if (command.equals(ENDLESS)) {
                Thread.ofPlatform().daemon().start(() -> Reseal.run(words));
            } else {
                Reseal.run(words);
            }
        }
        // no exit, as commands do not have it either: the recording ends with the last thread that is not a daemon
    }
}
