package io.reseal.qmp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What one build of QEMU can do, as its {@code query-qmp-schema} tells: commands, their arguments and results, events, and the words
 * of enums. A build without a device or an accelerator lacks commands that another of the same version has, so the schema
 * decides and not the version. It does not describe behaviour: what a command does is known by version only. Immutable.
 */
public final class QmpSchema {
    private static final String DEPRECATED = "deprecated";
    private static final String UNSTABLE = "unstable";

    /**
     * What a type has.
     *
     * @param through types whose members and words count as its own: variants, alternatives, the elements of a list
     */
    private record Definition(Map<String, Member> members, List<String> through, Map<String, Set<String>> words) {
        static final Definition NONE = new Definition(Map.of(), List.of(), Map.of());
    }

    private record Member(String type, boolean optional, Set<String> features) {}

    private record Command(String arguments, String result, boolean outOfBand, Set<String> features) {}

    private record Event(String data, Set<String> features) {}

    private final Map<String, Command> commands = new HashMap<>();
    private final Map<String, Event> events = new HashMap<>();
    private final Map<String, Definition> types = new HashMap<>();

    private QmpSchema(JsonNode reply) {
        var words = new SchemaWords();
        for (JsonNode entity : reply) {
            var name = words.text(entity, "name");
            var features = words.all(entity.path("features"));
            switch (words.text(entity, "meta-type")) {
                case "command" ->
                    commands.put(
                            name,
                            new Command(
                                    words.text(entity, "arg-type"),
                                    words.text(entity, "ret-type"),
                                    entity.path("allow-oob").booleanValue(false),
                                    features));
                case "event" -> events.put(name, new Event(words.text(entity, "arg-type"), features));
                default -> types.put(name, definition(entity, words));
            }
        }
    }

    /**
     * What QEMU answered to {@code query-qmp-schema}.
     *
     * @throws IllegalArgumentException if that is not a list
     */
    public static QmpSchema of(JsonNode reply) {
        if (!reply.isArray()) {
            throw new IllegalArgumentException(
                    "expected the list that query-qmp-schema returns, but it is " + reply.getNodeType());
        }
        return new QmpSchema(reply);
    }

    private static Definition definition(JsonNode entity, SchemaWords words) {
        var members = new LinkedHashMap<String, Member>();
        var through = new LinkedHashSet<String>();
        var values = new LinkedHashMap<String, Set<String>>();
        boolean isEnum = words.text(entity, "meta-type").equals("enum");
        entity.path("values").forEach(value -> values.put(words.word(value), Set.of())); // until QEMU 6.1 the only form
        for (JsonNode member : entity.path("members")) {
            var name = words.text(member, "name");
            var own = words.all(member.path("features"));
            if (isEnum) {
                values.put(name, own);
            } else if (name.isEmpty()) {
                through.add(words.text(member, "type")); // of an alternate
            } else {
                members.put(name, new Member(words.text(member, "type"), member.has("default"), own));
            }
        }
        entity.path("variants").forEach(variant -> through.add(words.text(variant, "type")));
        if (entity.has("element-type")) {
            through.add(words.text(entity, "element-type"));
        }
        return new Definition(Map.copyOf(members), List.copyOf(through), Map.copyOf(values));
    }

    /** The names of all commands, in order. */
    public Set<String> commands() {
        return new TreeSet<>(commands.keySet());
    }

    /** The names of all events, in order. */
    public Set<String> events() {
        return new TreeSet<>(events.keySet());
    }

    /** Whether there is such a command. */
    public boolean hasCommand(String command) {
        return commands.containsKey(command);
    }

    /** Whether there is such an event. */
    public boolean hasEvent(String event) {
        return events.containsKey(event);
    }

    /** Whether the command may be executed out of band, by {@code exec-oob}. */
    public boolean allowsOutOfBand(String command) {
        return Optional.ofNullable(commands.get(command))
                .filter(Command::outOfBand)
                .isPresent();
    }

    /** Whether the command takes the argument, or, with more names, that argument such a member. */
    public boolean hasArgument(String command, String... path) {
        return argument(command, path).exists();
    }

    /** The type of an argument, or of a member of it. */
    public Type argument(String command, String... path) {
        return walk(Optional.ofNullable(commands.get(command)).map(Command::arguments), path);
    }

    /** The type of what the command returns, or of a member of it. */
    public Type result(String command, String... path) {
        return walk(Optional.ofNullable(commands.get(command)).map(Command::result), path);
    }

    /** The type of the data of an event, or of a member of it. */
    public Type eventData(String event, String... path) {
        return walk(Optional.ofNullable(events.get(event)).map(Event::data), path);
    }

    /** The features of a command or an event, such as {@code deprecated} and {@code unstable}; empty if there is none of that name. */
    public Set<String> features(String name) {
        return Optional.ofNullable(commands.get(name))
                .map(Command::features)
                .or(() -> Optional.ofNullable(events.get(name)).map(Event::features))
                .orElse(Set.of());
    }

    /** Whether QEMU says that the command or event will go. */
    public boolean isDeprecated(String name) {
        return features(name).contains(DEPRECATED);
    }

    /** Whether QEMU says that the command or event may change at any time. */
    public boolean isUnstable(String name) {
        return features(name).contains(UNSTABLE);
    }

    private Type walk(Optional<String> from, String... path) {
        var type = new Type(from.filter(types::containsKey).map(Set::of).orElse(Set.of()), List.of());
        for (String member : path) {
            type = type.member(member);
        }
        return type;
    }

    /** The type of a value: an argument, a member of one, what a command returns, the data of an event. Immutable. */
    public final class Type {
        /** More than one for a member that variants have each of their own type. */
        private final Set<String> names;

        private final List<Member> as;

        private Type(Set<String> names, List<Member> as) {
            this.names = names;
            this.as = as;
        }

        /** False if some name on the way here is not known to this QEMU. */
        public boolean exists() {
            return !names.isEmpty();
        }

        /** Whether the argument or member may be left out. */
        public boolean isOptional() {
            return as.stream().anyMatch(Member::optional);
        }

        /** The features of the argument or member, such as {@code deprecated}. */
        public Set<String> features() {
            return as.stream()
                    .flatMap(member -> member.features().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** Whether QEMU says that the argument or member will go. */
        public boolean isDeprecated() {
            return features().contains(DEPRECATED);
        }

        /** The type of a member: also of one that only some variants have, and of a member of a list's elements. */
        public Type member(String member) {
            var found = parts().stream()
                    .flatMap(part -> Stream.ofNullable(part.members().get(member)))
                    .toList();
            return new Type(found.stream().map(Member::type).collect(Collectors.toUnmodifiableSet()), found);
        }

        /** The names of the members, in order. */
        public Set<String> members() {
            var names = new TreeSet<String>();
            parts().forEach(part -> names.addAll(part.members().keySet()));
            return names;
        }

        /** The words that the value may have, in order; empty if it is not of an enum, or a list of one. */
        public Set<String> words() {
            var words = new TreeSet<String>();
            parts().forEach(part -> words.addAll(part.words().keySet()));
            return words;
        }

        /** Whether the value may be this word. */
        public boolean hasWord(String word) {
            return parts().stream().anyMatch(part -> part.words().containsKey(word));
        }

        /** Whether QEMU says that the word will go. */
        public boolean isDeprecated(String word) {
            return parts().stream()
                    .anyMatch(part -> part.words().getOrDefault(word, Set.of()).contains(DEPRECATED));
        }

        /** This type and those whose members count as its own. A peer may send circles. */
        private List<Definition> parts() {
            var seen = new HashSet<String>();
            var todo = new ArrayDeque<>(names);
            var parts = new ArrayList<Definition>();
            while (!todo.isEmpty()) {
                var next = todo.poll();
                if (seen.add(next)) {
                    var part = types.getOrDefault(next, Definition.NONE);
                    parts.add(part);
                    todo.addAll(part.through());
                }
            }
            return parts;
        }
    }
}
