package io.reseal.config.yaml;

import io.reseal.config.Key;
import io.reseal.config.Node;
import io.reseal.config.Quoted;
import io.reseal.config.SourcePosition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML text to {@link Node}s, without the parts of YAML that make a file say what a reader does not see: anchors, aliases,
 * merge keys, tags, further documents.
 */
final class NodeReader {
    /** The deepest value of a valid file is at 5. */
    static final int DEEPEST = 16;

    private static final LoadSettings SETTINGS = LoadSettings.builder().build();

    private final Problems problems;
    private final Iterator<Event> events;
    private SourcePosition last = SourcePosition.WHOLE_FILE;

    private NodeReader(String yaml, Problems problems) {
        this.problems = problems;
        this.events = new Parse(SETTINGS).parseString(yaml).iterator();
    }

    /** The root of the only document; empty when there is none, or when a fault of syntax was reported. */
    static Optional<Node> read(String yaml, Problems problems) {
        var reader = new NodeReader(yaml, problems);
        try {
            return reader.document();
        } catch (Abandoned _) {
            return Optional.empty();
        } catch (MarkedYamlEngineException e) {
            var at = e.getProblemMark().or(e::getContextMark).map(NodeReader::place);
            problems.fault(at.orElse(reader.last), "", SyntaxFault.text(e));
        } catch (YamlEngineException e) {
            // a %YAML line for another version than 1.x
            problems.fault(
                    reader.last,
                    "",
                    "is not YAML 1.2, remove any %YAML line: " + Quoted.plain(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException _) {
            // snakeyaml-engine 3.0.1 lets this out for escapes beyond Unicode, such as "\UFFFFFFFF"
            problems.fault(reader.last, "", "is not YAML: an escape after this place names no character");
        }
        return Optional.empty();
    }

    /** Ends the reading when its fault is reported and going on is of no use. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super(null, null, false, false);
        }
    }

    private Optional<Node> document() {
        next(); // start of the stream
        if (next() instanceof StreamEndEvent) {
            return Optional.empty();
        }
        var root = node(next(), "", 1);
        next(); // end of the document
        if (next() instanceof DocumentStartEvent second) {
            fault(second, "", "begins a second YAML document: keep one, without further `---` lines");
        }
        return Optional.of(root);
    }

    private Event next() {
        var event = events.next();
        last = place(event);
        return event;
    }

    private Node node(Event event, String path, int depth) {
        if (event instanceof AliasEvent alias) {
            fault(
                    alias,
                    path,
                    "is the alias `*" + Quoted.plain(alias.getAlias().getValue())
                            + "`: aliases are not supported, write the value itself");
            return new Node.Refused(place(alias));
        }
        anchor((NodeEvent) event, path);
        return event instanceof ScalarEvent scalar
                ? scalar(scalar, path)
                : collection((CollectionStartEvent) event, path, depth);
    }

    private void anchor(NodeEvent event, String path) {
        event.getAnchor()
                .ifPresent(anchor -> fault(
                        event,
                        path,
                        "has the anchor `&" + Quoted.plain(anchor.getValue())
                                + "`: anchors are not supported, remove it"));
    }

    private Node scalar(ScalarEvent event, String path) {
        if (event.getTag().isPresent()) {
            return tagged(event, path, event.getTag().get());
        }
        return new Node.Scalar(place(event), type(event), event.getValue());
    }

    private Node tagged(Event event, String path, String tag) {
        fault(
                event,
                path,
                "has the tag " + Quoted.text(tag.replace("tag:yaml.org,2002:", "!!"))
                        + ": tags are not supported, remove it");
        return new Node.Refused(place(event));
    }

    private static Node.Type type(ScalarEvent event) {
        if (!event.isPlain()) {
            return Node.Type.TEXT;
        }
        return Node.Type.unquoted(event.getValue());
    }

    private Node collection(CollectionStartEvent start, String path, int depth) {
        if (depth > DEEPEST) {
            // the parser's time grows with the square of the depth
            fault(start, path, "is nested deeper than " + DEEPEST + " levels");
            throw new Abandoned();
        }
        var node = start instanceof SequenceStartEvent ? items(start, path, depth) : mapping(start, path, depth);
        return start.getTag().map(tag -> tagged(start, path, tag)).orElse(node);
    }

    private Node items(CollectionStartEvent start, String path, int depth) {
        var items = new ArrayList<Node>();
        for (var event = next(); !(event instanceof CollectionEndEvent); event = next()) {
            items.add(node(event, path + "[" + items.size() + "]", depth + 1));
        }
        return new Node.Items(place(start), items);
    }

    private Node mapping(CollectionStartEvent start, String path, int depth) {
        var entries = new ArrayList<Node.Entry>();
        for (var event = next(); !(event instanceof CollectionEndEvent); event = next()) {
            entry(event, path, depth).ifPresent(entries::add);
        }
        return new Node.Mapping(place(start), entries);
    }

    private Optional<Node.Entry> entry(Event keyEvent, String path, int depth) {
        var key = node(keyEvent, path, depth + 1);
        var name = key instanceof Node.Scalar scalar ? scalar.text() : "?";
        var value = node(next(), Key.join(path, Quoted.plain(name)), depth + 1);
        if (key instanceof Node.Refused) {
            return Optional.empty();
        }
        if (!(key instanceof Node.Scalar)) {
            problems.fault(key.at(), path, "has a key that is " + key.found() + ": keys are plain words");
            return Optional.empty();
        }
        if (name.equals("<<")) {
            problems.fault(
                    key.at(), path, "has the merge key `<<`: merge keys are not supported, write the keys themselves");
            return Optional.empty();
        }
        return Optional.of(new Node.Entry(key.at(), name, value));
    }

    private void fault(Event event, String path, String message) {
        problems.fault(place(event), path, message);
    }

    private static SourcePosition place(Event event) {
        return event.getStartMark().map(NodeReader::place).orElse(SourcePosition.WHOLE_FILE);
    }

    private static SourcePosition place(Mark mark) {
        return new SourcePosition(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
