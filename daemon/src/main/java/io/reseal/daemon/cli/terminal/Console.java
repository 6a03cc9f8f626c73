package io.reseal.daemon.cli.terminal;

import io.reseal.daemon.api.Json;
import io.reseal.policy.CleanText;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command writes.
 *
 * @param out documents and tables
 * @param err everything else
 * @param environment of the process
 */
public record Console(PrintStream out, PrintStream err, Map<String, String> environment) {
    /** The one of this process; JSON is UTF-8 whatever the locale says. */
    public static Console system() {
        return new Console(utf8(FileDescriptor.out), utf8(FileDescriptor.err), System.getenv());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        var buffered = new BufferedOutputStream(new FileOutputStream(descriptor));
        return new PrintStream(buffered, true, StandardCharsets.UTF_8);
    }

    public void json(Object document) {
        document(Json.text(document));
    }

    /** A document that the daemon wrote, as it means: it may have members that this command does not know. */
    public void document(String json) {
        out.println(CleanText.json(json));
        out.flush();
    }

    public void line(String text) {
        out.println(CleanText.line(text));
        out.flush();
    }

    /** One line for people, on standard error. */
    public void error(String text) {
        err.println("reseal: " + CleanText.line(text));
        err.flush();
    }
}
