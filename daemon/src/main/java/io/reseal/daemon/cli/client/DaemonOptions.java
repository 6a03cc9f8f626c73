package io.reseal.daemon.cli.client;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.Console;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The options of every command that asks a running daemon. */
final class DaemonOptions {
    /** How a command is told which guest it is about. */
    static final String GUEST =
            "its name; or the path or file name of its socket, its UUID, or its name in libvirt, where only one guest has it";

    private static final String VARIABLE = "RESEAL_ADMIN_SOCKET";
    private static final String DEFAULT = "/run/reseal/admin.sock";

    private final Argument<Path> adminSocket;
    private final Argument<Boolean> json;

    DaemonOptions(Syntax syntax) {
        this.adminSocket = syntax.option(
                "--admin-socket",
                "PATH",
                "the daemon's admin socket; else $" + VARIABLE + ", else " + DEFAULT,
                Utf8Path::of);
        this.json = syntax.flag("--json", "JSON on standard output, nothing else");
    }

    boolean json() {
        return json.given();
    }

    AdminClient connect(Console console) {
        return new AdminClient(adminSocket
                .value()
                .orElseGet(() -> Utf8Path.of(console.environment().getOrDefault(VARIABLE, DEFAULT))));
    }

    /** A name as part of an address. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
