package io.reseal.config.yaml;

import io.reseal.config.ConfigSchema;
import io.reseal.config.Key;
import io.reseal.config.Key.ListKey;
import io.reseal.config.Key.Presence;
import io.reseal.config.Key.SectionKey;
import io.reseal.config.Key.Value;
import io.reseal.config.Node;
import io.reseal.config.Quoted;
import io.reseal.config.SourcePosition;
import io.reseal.config.Suggestion;
import io.reseal.config.ValueFormat;
import io.reseal.config.ValueFormat.Parsed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One mapping of the file, read key by key. A fault is reported and the reading goes on with the default, so that one pass
 * finds all. Confined to the call that reads the file.
 */
final class Section {
    private final Problems problems;
    private final SourcePosition at;
    private final String path;
    /** Keys that stand here or were probably meant to: their absence is no fault of its own. */
    private final Set<String> attempts = new HashSet<>();

    private final Map<String, SourcePosition> places = new HashMap<>();
    /** What the keys hold, as far as they hold anything. */
    private final Map<String, Node> nodes = new HashMap<>();

    private Section(Problems problems, SourcePosition at, String path) {
        this.problems = problems;
        this.at = at;
        this.path = path;
    }

    /** The root of the file; nothing at all counts as an empty one. */
    static Section root(Optional<Node> node, Problems problems) {
        var root = new Section(problems, SourcePosition.WHOLE_FILE, "");
        node.ifPresent(mapping -> root.fill(ConfigSchema.ROOT, mapping));
        return root;
    }

    private void fill(SectionKey group, Node node) {
        switch (node) {
            case Node.Mapping mapping -> mapping.entries().forEach(entry -> put(group, entry));
            case Node.Scalar scalar when nothing(scalar) -> {}
            case Node.Refused _ -> attempts.addAll(names(group));
            default -> {
                attempts.addAll(names(group));
                problems.fault(
                        node.at(),
                        path,
                        "must be a mapping with the keys " + quoted(group) + ", but is " + node.found());
            }
        }
    }

    private void put(SectionKey group, Node.Entry entry) {
        var entryPath = Key.join(path, Quoted.plain(entry.key()));
        var key = ConfigSchema.in(group).stream()
                .filter(known -> known.name().equals(entry.key()))
                .findFirst();
        if (key.isEmpty()) {
            Suggestion.to(entry.key(), names(group)).ifPresent(attempts::add);
            problems.fault(entry.at(), entryPath, "is not a known key" + cure(entry.key(), group));
            return;
        }
        attempts.add(entry.key());
        var first = places.putIfAbsent(entry.key(), entry.at());
        if (first != null) {
            problems.fault(entry.at(), entryPath, "is given twice, first on line " + first.line() + ": remove one");
        } else if (!nothing(entry.value())) {
            nodes.put(entry.key(), entry.value());
        } else if (!(key.get() instanceof SectionKey section && section.mayBeEmpty())) {
            problems.fault(entry.at(), entryPath, "needs a value: write one or remove the key");
        }
    }

    private static boolean nothing(Node node) {
        return node instanceof Node.Scalar scalar && scalar.type() == Node.Type.NOTHING;
    }

    private static String cure(String key, SectionKey group) {
        return Suggestion.to(key, names(group))
                .map(near -> ": did you mean `" + near + "`?")
                .or(() -> ConfigSchema.ALL.stream()
                        .filter(known ->
                                known.name().equals(key) && !known.parent().contains("[]"))
                        .findFirst()
                        .map(known -> ": it belongs " + home(known)))
                .orElseGet(() -> ": known here are " + quoted(group));
    }

    private static String home(Key key) {
        return key.parent().isEmpty() ? "to the top of the file" : "under `" + key.parent() + "`";
    }

    private static List<String> names(SectionKey group) {
        return ConfigSchema.in(group).stream().map(Key::name).toList();
    }

    private static String quoted(SectionKey group) {
        return "`" + String.join("`, `", names(group)) + "`";
    }

    String path() {
        return path;
    }

    /** Whether {@code key} holds something, rightly or wrongly. */
    boolean has(Key key) {
        return nodes.containsKey(key.name());
    }

    /** Whether {@code key} stands here or was probably meant to. */
    boolean attempted(Key key) {
        return attempts.contains(key.name());
    }

    /** Where the value of {@code key} begins; without one, where this section does. */
    SourcePosition at(Key key) {
        return Optional.ofNullable(nodes.get(key.name())).map(Node::at).orElse(at);
    }

    /** What is given or, when nothing usable is, the default. */
    <T> T value(Value<T> key) {
        return given(key).orElseGet(key::otherwise);
    }

    /** What is given, if it is usable. */
    <T> Optional<T> given(Value<T> key) {
        require(key, key.presence());
        return Optional.ofNullable(nodes.get(key.name()))
                .flatMap(node -> read(key.format(), node, Key.join(path, key.name())));
    }

    private void require(Key key, Presence presence) {
        if (presence == Presence.REQUIRED && !attempted(key)) {
            problems.fault(at, path, "needs the key `" + key.name() + "`");
        }
    }

    private <T> Optional<T> read(ValueFormat<T> format, Node node, String valuePath) {
        if (node instanceof Node.Refused) {
            return Optional.empty();
        }
        var checked = node instanceof Node.Scalar scalar ? format.check(scalar) : Parsed.<T>bad(format.complaint(node));
        return switch (checked) {
            case Parsed.Good<T>(T value) -> Optional.of(value);
            case Parsed.Bad<T>(String complaint) -> {
                problems.fault(node.at(), valuePath, complaint);
                yield Optional.empty();
            }
        };
    }

    /** Every usable value of a list. */
    <T> List<T> list(ListKey<T> key) {
        var items = items(key);
        var values = new ArrayList<T>();
        for (int i = 0; i < items.size(); i++) {
            read(key.format(), items.get(i), item(key, i)).ifPresent(values::add);
        }
        return values;
    }

    /** The section under {@code key}; an absent one is empty. */
    Section section(SectionKey key) {
        require(key, key.presence());
        var node = nodes.get(key.name());
        var section = new Section(problems, at(key), Key.join(path, key.name()));
        section.fill(key, node == null ? new Node.Refused(at) : node);
        return section;
    }

    /** The sections in the list under {@code key}. */
    List<Section> sections(SectionKey key) {
        var items = items(key);
        var sections = new ArrayList<Section>();
        for (int i = 0; i < items.size(); i++) {
            var section = new Section(problems, items.get(i).at(), item(key, i));
            section.fill(key, items.get(i));
            sections.add(section);
        }
        return sections;
    }

    private String item(Key key, int index) {
        return Key.join(path, key.name()) + "[" + index + "]";
    }

    private List<Node> items(Key key) {
        return switch (nodes.get(key.name())) {
            case null -> List.of();
            case Node.Items list -> list.items();
            case Node.Refused _ -> List.of();
            case Node other -> {
                problems.fault(other.at(), Key.join(path, key.name()), "must be a list, but is " + other.found());
                yield List.of();
            }
        };
    }

    void fault(Key key, String message) {
        problems.fault(at(key), Key.join(path, key.name()), message);
    }

    void warning(Key key, String message) {
        problems.warning(at(key), Key.join(path, key.name()), message);
    }
}
