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
    /**
     * A whole list.
     *
     * @param hindrances what keeps others from being found, one sentence each
     */
    public record Listing(List<GuestRow> guests, List<String> hindrances) {}

    private static final String LIST = "guests";
    private static final String HINDRANCES = "hindrances";
    private static final List<String> REQUIRED = List.of("name", "state", "resettable");

    /** Empty where {@code document} is not the list that is expected: who binds it can say what is wrong. */
    public static Optional<Listing> read(String document) {
        try (var json = new JsonFactory().createParser(ObjectReadContext.empty(), document)) {
            var listing = json.nextToken() == JsonToken.START_OBJECT ? listing(json) : Optional.<Listing>empty();
            return listing.filter(_ -> json.nextToken() == null);
        } catch (JacksonException broken) {
            return Optional.empty();
        }
    }

    private static Optional<Listing> listing(JsonParser json) {
        Optional<List<GuestRow>> rows = Optional.empty();
        var hindrances = new ArrayList<String>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            var member = json.currentName();
            boolean list = json.nextToken() == JsonToken.START_ARRAY;
            if (list && member.equals(LIST)) {
                rows = rows(json);
            } else if (list && member.equals(HINDRANCES)) {
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    hindrances.add(json.getString());
                }
            } else {
                json.skipChildren();
            }
        }
        return rows.map(all -> new Listing(all, hindrances));
    }

    private static Optional<List<GuestRow>> rows(JsonParser json) {
        var list = new ArrayList<GuestRow>();
        int count = 0;
        while (json.nextToken() == JsonToken.START_OBJECT) {
            row(json).ifPresent(list::add);
            count++;
        }
        boolean whole = json.currentToken() == JsonToken.END_ARRAY && list.size() == count;
        return whole ? Optional.of(list) : Optional.empty();
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
