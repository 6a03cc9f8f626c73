package io.reseal.daemon.cli.arguments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.help.TextHelpAppendable;

/** The help of a command, in lines of less than 80 characters. */
public final class HelpText {
    private static final int WIDTH = 79;
    private static final int GAP = 3;
    private static final String SHORT = "  ";
    private static final String LONG = "      ";

    private final String path;
    private final Syntax syntax;
    private final StringBuilder text = new StringBuilder();

    private HelpText(String path, Syntax syntax) {
        this.path = path;
        this.syntax = syntax;
    }

    /**
     * The help of {@code command}.
     *
     * @param path all words of the command's name
     * @param exitCodes with their meanings
     */
    public static String of(String path, Command command, Map<String, String> exitCodes) {
        var help = new HelpText(path, command.syntax());
        help.usage();
        help.wrap(command.syntax().description(), 0);
        help.arguments();
        help.commands();
        help.heading("Exit codes:");
        help.table(exitCodes, 3);
        command.syntax().footer().forEach(line -> help.wrap(line, 0));
        return help.text.toString();
    }

    private void usage() {
        var start = "Usage: " + path;
        var parts = new ArrayList<String>();
        parts.add("[-hV]");
        sorted(option -> option.isFlag() && option.names().size() == 1).forEach(option -> parts.add(usage(option)));
        sorted(option -> !option.isFlag() && !option.isRepeatable()).forEach(option -> parts.add(usage(option)));
        sorted(option -> !option.isFlag() && option.isRepeatable()).forEach(option -> parts.add(usage(option)));
        if (!syntax.commands().isEmpty()) {
            parts.add("[COMMAND]");
        }
        syntax.operands().forEach(operand -> parts.add(operand.label()));
        wrap(start + " " + String.join(" ", parts), start.length() + 1);
    }

    private static String usage(Argument<?> option) {
        var named = option.names().getFirst() + (option.isFlag() ? "" : "=" + option.label());
        return (option.isRequired() ? named : "[" + named + "]") + (option.isRepeatable() ? "..." : "");
    }

    private List<Argument<?>> sorted(Predicate<Argument<?>> which) {
        return syntax.options().stream()
                .filter(which)
                .sorted(Comparator.comparing(option -> option.name()))
                .collect(Collectors.toList());
    }

    private void arguments() {
        var all = Stream.concat(syntax.operands().stream(), sorted(_ -> true).stream())
                .toList();
        int column =
                GAP + all.stream().mapToInt(each -> shown(each).length()).max().orElse(0);
        all.forEach(each -> row(shown(each), each.description(), column));
    }

    private static String shown(Argument<?> argument) {
        if (argument.names().isEmpty()) {
            return LONG + argument.label();
        }
        var named = String.join(", ", argument.names()) + (argument.isFlag() ? "" : "=" + argument.label());
        return (argument.names().size() > 1 ? SHORT : LONG) + named;
    }

    private void commands() {
        if (syntax.commands().isEmpty()) {
            return;
        }
        line("Commands:");
        table(
                syntax.commands().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue().get().syntax().description(),
                                (one, _) -> one,
                                LinkedHashMap::new)),
                2);
    }

    private void heading(String title) {
        line("");
        line(title);
    }

    private void table(Map<String, String> rows, int gap) {
        int column =
                2 + gap + rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        rows.forEach((name, meaning) -> row(SHORT + name, meaning, column));
    }

    private void row(String name, String description, int column) {
        wrap(name + " ".repeat(column - name.length()) + description, column + 2);
    }

    /** Each line after the first is indented; the library's own indent is lost where a line is full. */
    private void wrap(String paragraph, int indent) {
        int end = TextHelpAppendable.indexOfWrap(paragraph, WIDTH, 0);
        line(paragraph.substring(0, end));
        var rest = paragraph.substring(end).strip();
        while (!rest.isEmpty()) {
            end = TextHelpAppendable.indexOfWrap(rest, WIDTH - indent, 0);
            line(" ".repeat(indent) + rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
