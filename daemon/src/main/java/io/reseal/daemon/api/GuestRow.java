package io.reseal.daemon.api;

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
 */
public record GuestRow(
        String name,
        Optional<String> kind,
        String state,
        Optional<String> runState,
        Optional<String> qemu,
        boolean resettable,
        Optional<String> lastReset) {
    private static final String LIST = "guests";
    private static final List<String> REQUIRED = List.of("name", "state", "resettable");

    /** Empty where {@code document} is not the list that is expected: who binds it can say what is wrong. */
    public static Optional<List<GuestRow>> read(String document) {
        try (var json = new JsonFactory().createParser(ObjectReadContext.empty(), document)) {
            var rows = json.nextToken() == JsonToken.START_OBJECT ? rows(json) : Optional.<List<GuestRow>>empty();
            return rows.filter(_ -> json.nextToken() == null);
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
                int count = 0;
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    row(json).ifPresent(list::add);
                    count++;
                }
                boolean whole = json.currentToken() == JsonToken.END_ARRAY && list.size() == count;
                rows = whole ? Optional.of(list) : Optional.empty();
            } else {
                json.skipChildren();
            }
        }
        return rows;
    }

    private static Optional<GuestRow> row(JsonParser json) {
        var values = new HashMap<String, String>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            var member = json.currentName();
            switch (json.nextToken()) {
                case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> values.put(member, json.getString());
                default -> json.skipChildren();
            }
        }
        return values.keySet().containsAll(REQUIRED) ? Optional.of(of(values)) : Optional.empty();
    }

    private static GuestRow of(Map<String, String> values) {
        return new GuestRow(
                values.getOrDefault("name", ""),
                Optional.ofNullable(values.get("kind")),
                values.getOrDefault("state", ""),
                Optional.ofNullable(values.get("runState")),
                Optional.ofNullable(values.get("qemu")),
                Boolean.parseBoolean(values.get("resettable")),
                Optional.ofNullable(values.get("lastReset")));
    }
}
