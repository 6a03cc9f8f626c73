package io.reseal.qmp;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The strings of a schema, each kept once: most come many times. Confined to one reading. */
final class SchemaWords {
    private final Map<String, String> seen = new HashMap<>();

    /** The member if it is a string, else "". */
    String text(JsonNode node, String member) {
        return word(node.path(member));
    }

    String word(JsonNode node) {
        return seen.computeIfAbsent(node.stringValue(""), word -> word);
    }

    Set<String> all(JsonNode list) {
        var words = new LinkedHashSet<String>();
        list.forEach(word -> words.add(word(word)));
        return Set.copyOf(words);
    }
}
