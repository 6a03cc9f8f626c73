package io.reseal.daemon.guest;

import io.reseal.policy.RebootAction;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a QEMU command line says about reboots; QMP cannot be asked (there is no query for {@code set-action}). */
final class CommandLine {
    static final String READ_CONFIG = "readconfig";

    /** Of managers that set {@code reboot=shutdown} over QMP once the guest has started (LXD since 5.9, Incus). */
    private static final List<String> MANAGERS = List.of("LXD", "Incus");

    /**
     * What a reboot is at the start of QEMU: {@code -no-reboot} and {@code -action reboot=...} go into one list, of which the last
     * word counts (QEMU 11.1, {@code system/vl.c}: {@code merge_lists}). A file that could not be read may have said anything.
     */
    static RebootAction rebootAction(List<String> arguments) {
        boolean shutdown = false;
        Optional<String> unread = Optional.empty();
        for (int i = 0; i < arguments.size(); i++) {
            var value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
            var said = switch (option(arguments.get(i))) {
                case "no-reboot" -> Optional.of(true);
                case "action" -> reboot(value);
                default -> Optional.<Boolean>empty();
            };
            if (said.isPresent()) {
                shutdown = said.get();
                unread = Optional.empty();
            } else if (option(arguments.get(i)).equals(READ_CONFIG)) {
                unread = Optional.of(unread(value));
            }
        }
        var known = manager(arguments);
        return new RebootAction(shutdown, known.isPresent() ? known : unread);
    }

    private static String unread(String file) {
        return "-readconfig %s may say what a reboot is, but cannot be read or has changed since QEMU started"
                .formatted(file);
    }

    /** By the name that they give the machine: {@code -smbios type=2,manufacturer=...,product=LXD}. */
    private static Optional<String> manager(List<String> arguments) {
        return MANAGERS.stream()
                .filter(name -> values(arguments, "smbios")
                        .anyMatch(smbios -> List.of(smbios.split(",", -1)).contains("product=" + name)))
                .findFirst()
                .map("%s sets over QMP what a reboot is"::formatted);
    }

    /** Whether there is that option, with one dash or two. */
    static boolean has(List<String> arguments, String option) {
        return arguments.stream().anyMatch(argument -> option(argument).equals(option));
    }

    /** The values of that option, in order. */
    static Stream<String> values(List<String> arguments, String option) {
        return IntStream.range(0, arguments.size() - 1)
                .filter(i -> option(arguments.get(i)).equals(option))
                .mapToObj(i -> arguments.get(i + 1));
    }

    /** Whether QEMU changes its root or its working directory on the way, so that {@code path} means another file before and after. */
    static boolean moves(List<String> arguments, Path path) {
        return has(arguments, "chroot")
                || values(arguments, "run-with").anyMatch(with -> with.contains("chroot="))
                || (!path.isAbsolute() && has(arguments, "daemonize"));
    }

    /** The file of the last {@code -bios}. */
    static Optional<String> bios(List<String> arguments) {
        return values(arguments, "bios").reduce((_, last) -> last);
    }

    /** The name of an option, which QEMU takes with one dash or two; empty for what is none. */
    static String option(String argument) {
        if (argument.startsWith("--")) {
            return argument.substring(2);
        }
        return argument.startsWith("-") ? argument.substring(1) : "";
    }

    private static Optional<Boolean> reboot(String action) {
        return Stream.of(action.split(",", -1))
                .filter(part -> part.equals("reboot=shutdown") || part.equals("reboot=reset"))
                .map(part -> part.equals("reboot=shutdown"))
                .reduce((_, later) -> later);
    }

    private CommandLine() {}
}
