package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.Json.UnreadableException;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.daemon.cli.terminal.Text;

/** {@code reseal watch}. */
public final class WatchCommand implements Command {
    private static final long RETRY_MILLIS = 500;

    private final Console console;
    private final Syntax syntax = new Syntax(
            "Prints a line for everything that happens, until interrupted; survives restarts of the daemon.",
            "",
            "Example: reseal watch --json | jq 'select(.type == \"reset-closed\")'");
    private final DaemonOptions daemon = new DaemonOptions(syntax);
    private String lastId = "";

    public WatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() throws InterruptedException {
        var client = daemon.connect(console);
        var events = client.events("/v1/events", lastId);
        // a reader that went away, such as head, shows as an error of standard output
        while (!console.out().checkError()) {
            switch (events.next()) {
                case SseReader.Line.Data(var id, var json) -> {
                    lastId = id;
                    print(json);
                }
                case SseReader.Line.End(var status, var id) -> {
                    requireStream(status);
                    lastId = id.isEmpty() ? lastId : id;
                    console.error("connection to the daemon was lost: waiting for it");
                    events = again(client);
                    console.error("connected again");
                }
            }
        }
        return ExitCode.OK.code();
    }

    private static void requireStream(int status) {
        if (status != 0 && status != 200) {
            throw new CliException(ApiResponse.exit(status), "the daemon answered " + status);
        }
    }

    private SseReader again(AdminClient client) throws InterruptedException {
        while (true) {
            Thread.sleep(RETRY_MILLIS);
            try {
                return client.events("/v1/events", lastId);
            } catch (CliException notThereYet) {
                // a daemon that restarts needs its time
            }
        }
    }

    private void print(String json) {
        if (daemon.json()) {
            console.document(json);
            return;
        }
        try {
            if (Json.read(json, EventDocument.Kind.class).isGap()) {
                console.error("some events were lost here: look with `reseal guests`");
            } else {
                var event = Json.read(json, EventDocument.class);
                console.line(Text.of(event.at()) + "  " + event.guest() + "  " + EventText.of(event));
            }
        } catch (UnreadableException other) {
            console.error("an event cannot be read: " + other.getMessage() + ": is the daemon of another version?");
        }
    }
}
