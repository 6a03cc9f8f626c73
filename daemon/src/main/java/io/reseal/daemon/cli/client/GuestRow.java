package io.reseal.daemon.cli.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a list shows of a guest. Read token by token: to bind whole documents to records takes longer than everything else that
 * the command does, the start of its JVM included.
 *
 * @param values the members of the document that are texts or booleans
 */
record GuestRow(Map<String, String> values) {
    private static final String LIST = "guests";

    GuestRow {
        values = Map.copyOf(values);
    }

    /** The text of a member that every guest has. */
    String text(String member) {
        return String.valueOf(values.get(member));
    }

    Optional<String> known(String member) {
        return Optional.ofNullable(values.get(member));
    }

    /** Empty where {@code document} is not the list that is expected: who binds it can say what is wrong. */
    static Optional<List<GuestRow>> read(String document, List<String> required) {
        try (var json = new JsonFactory().createParser(ObjectReadContext.empty(), document)) {
            var rows = json.nextToken() == JsonToken.START_OBJECT ? rows(json) : Optional.<List<GuestRow>>empty();
            return rows.filter(_ -> json.nextToken() == null)
                    .filter(all -> all.stream().allMatch(row -> row.values.keySet().containsAll(required)));
        } catch (JacksonException broken) {
            return Optional.empty();
        }
    }

    private static Optional<List<GuestRow>> rows(JsonParser json) {
        Optional<List<GuestRow>> rows = Optional.empty();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean wanted = json.currentName().equals(LIST);
            if (json.nextToken() == JsonToken.START_ARRAY && wanted) {
                var list = new ArrayList<GuestRow>();
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    list.add(row(json));
                }
                rows = json.currentToken() == JsonToken.END_ARRAY ? Optional.of(list) : Optional.empty();
            } else {
                json.skipChildren();
            }
        }
        return rows;
    }

    private static GuestRow row(JsonParser json) {
        var values = new HashMap<String, String>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            var member = json.currentName();
            switch (json.nextToken()) {
                case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> values.put(member, json.getString());
                default -> json.skipChildren();
            }
        }
        return new GuestRow(values);
    }
}
