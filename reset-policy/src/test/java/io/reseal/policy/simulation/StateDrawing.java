package io.reseal.policy.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The drawings of docs/state-machine.md. */
record StateDrawing(Set<Transition> links, Set<Transition> phases) {
    private static final Path PAGE = Path.of("..", "docs", "state-machine.md");
    private static final Path MACHINE =
            Path.of("src", "main", "java", "io", "reseal", "policy", "machine", "GuestMachine.java");
    private static final Pattern DRAWING = Pattern.compile("```mermaid\\nstateDiagram-v2\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ARROW = Pattern.compile("\\s*(\\S+) --> (\\S+)(?: : (.+))?");

    static StateDrawing read() {
        try {
            var drawings = DRAWING.matcher(Files.readString(PAGE))
                    .results()
                    .map(drawing -> arrows(drawing.group(1)))
                    .toList();
            return new StateDrawing(drawings.get(0), drawings.get(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The table in the Javadoc of the machine. */
    static Set<Transition> javadoc() {
        try {
            return arrows(Files.readString(MACHINE).replace("\n * ", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Arrows without a signal say only where a drawing begins and ends. */
    private static Set<Transition> arrows(String drawing) {
        return drawing.lines()
                .map(ARROW::matcher)
                .filter(arrow -> arrow.matches() && arrow.group(3) != null)
                .flatMap(arrow -> Arrays.stream(arrow.group(3).split(", "))
                        .map(signal -> new Transition(arrow.group(1), arrow.group(2), signal)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** As lines of the page. */
    static String lines(Set<Transition> transitions) {
        return transitions.stream()
                .collect(Collectors.groupingBy(
                        arrow -> arrow.from() + " --> " + arrow.to(),
                        TreeMap::new,
                        Collectors.mapping(Transition::signal, Collectors.joining(", "))))
                .entrySet()
                .stream()
                .map(arrow -> "    " + arrow.getKey() + " : " + arrow.getValue())
                .collect(Collectors.joining("\n"));
    }
}
