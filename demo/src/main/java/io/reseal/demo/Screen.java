package io.reseal.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lines of at most 80 columns, coloured only where that is wanted. Confined to one thread.
 *
 * @param coloured whether escape sequences are understood
 * @param fancy whether the encoding has more than ASCII
 */
record Screen(PrintStream out, boolean coloured, boolean fancy) {
    static final int WIDTH = 80;

    /** How a piece of text looks. */
    enum Look {
        PLAIN(""),
        BOLD("1"),
        DIM("2"),
        GOOD("32"),
        BAD("31"),
        UNSURE("33"),
        TYPED("36");

        private final String code;

        Look(String code) {
            this.code = code;
        }
    }

    /** The one of this process. */
    static Screen system() {
        var wanted = colours(System.getenv(), isTerminal());
        return new Screen(System.out, wanted, canEncode(System.out.charset()));
    }

    /** See no-color.org; a terminal called "dumb" says that it knows no colours. */
    static boolean colours(Map<String, String> environment, boolean terminal) {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** Java's own answer is about input and output together; here only output matters. */
    private static boolean isTerminal() {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }

    private static boolean canEncode(Charset charset) {
        return charset.canEncode() && charset.newEncoder().canEncode("✔✘─");
    }

    /** The text in that look. */
    String in(Look look, String text) {
        return coloured && look != Look.PLAIN ? "\u001b[" + look.code + "m" + text + "\u001b[0m" : text;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** A line that is to be completed. */
    void begin(String text) {
        out.print("  " + text + " ".repeat(Math.max(1, 32 - text.length())));
        out.flush();
    }

    /** Something that one would type. */
    void command(String text) {
        line("  " + in(Look.TYPED, text));
    }

    void blank() {
        line("");
    }

    /** A heading across the screen. */
    void rule(String text) {
        var dash = fancy ? "─" : "-";
        line(in(Look.DIM, dash.repeat(2) + " ") + in(Look.BOLD, text) + " "
                + in(Look.DIM, dash.repeat(WIDTH - text.length() - 4)));
    }

    /** Prose, broken at blanks. */
    void prose(String text) {
        wrapped(text, WIDTH - 2).forEach(each -> line("  " + each));
    }

    /** Text of one look in a column that begins after {@code head}, which is {@code indent} columns wide on the screen. */
    void column(String head, int indent, Look look, String text) {
        var lines = wrapped(text, WIDTH - indent);
        line(head + in(look, lines.getFirst()));
        lines.stream().skip(1).forEach(each -> line(" ".repeat(indent) + in(look, each)));
    }

    /** At least one line; a word that is longer than a line stays whole. */
    static List<String> wrapped(String text, int width) {
        var lines = new ArrayList<String>();
        var current = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!current.isEmpty() && current.length() + 1 + word.length() > width) {
                lines.add(current.toString());
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(word);
        }
        lines.add(current.toString());
        return lines;
    }
}
