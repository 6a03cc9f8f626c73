package io.reseal.daemon.guest;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a QEMU command line says about reboots; QMP cannot be asked (there is no query for {@code set-action}). */
final class CommandLine {
    /**
     * Whether a reboot ends the VM: {@code -no-reboot}, or the last {@code -action reboot=shutdown}. QEMU takes options with
     * one dash or two.
     */
    static boolean rebootIsShutdown(List<String> arguments) {
        boolean shutdown = false;
        for (int i = 0; i < arguments.size(); i++) {
            switch (option(arguments.get(i))) {
                case "no-reboot" -> shutdown = true;
                case "action" -> shutdown = i + 1 < arguments.size() ? after(arguments.get(i + 1), shutdown) : shutdown;
                default -> {}
            }
        }
        return shutdown;
    }

    /** The file of the last {@code -bios}. */
    static Optional<String> bios(List<String> arguments) {
        return IntStream.range(1, arguments.size())
                .filter(i -> option(arguments.get(i - 1)).equals("bios"))
                .mapToObj(arguments::get)
                .reduce((_, last) -> last);
    }

    private static String option(String argument) {
        if (argument.startsWith("--")) {
            return argument.substring(2);
        }
        return argument.startsWith("-") ? argument.substring(1) : "";
    }

    private static boolean after(String action, boolean before) {
        boolean shutdown = before;
        for (var part : action.split(",", -1)) {
            if (part.equals("reboot=shutdown")) {
                shutdown = true;
            } else if (part.equals("reboot=reset")) {
                shutdown = false;
            }
        }
        return shutdown;
    }

    private CommandLine() {}
}
