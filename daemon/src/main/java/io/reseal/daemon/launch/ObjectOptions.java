package io.reseal.daemon.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code -object} options of a QEMU command line say, in either of its two forms: {@code sev-snp-guest,id=cvm,policy=0x30000}
 * or, as libvirt writes it, JSON. QOM has only the changed values of some properties.
 *
 * @param all properties of each object, by name; its type is {@code qom-type}
 */
public record ObjectOptions(List<Map<String, String>> all) {
    private static final JsonMapper JSON = new JsonMapper();
    static final String TYPE = "qom-type";

    public ObjectOptions {
        all = List.copyOf(all);
    }

    public static ObjectOptions of(List<String> arguments) {
        return new ObjectOptions(Stream.concat(valuesOf(arguments, "-object"), valuesOf(arguments, "--object"))
                .map(ObjectOptions::properties)
                .toList());
    }

    /** What is given to an option, each time that it is. */
    static Stream<String> valuesOf(List<String> arguments, String option) {
        return IntStream.range(1, arguments.size())
                .filter(at -> arguments.get(at - 1).equals(option))
                .mapToObj(arguments::get);
    }

    /** The parts of such a value, by name; the first may be the type alone. */
    static Map<String, String> properties(String option) {
        return option.startsWith("{") ? json(option) : pairs(option);
    }

    private static Map<String, String> json(String option) {
        var properties = new LinkedHashMap<String, String>();
        try {
            JSON.readTree(option)
                    .properties()
                    .forEach(entry ->
                            properties.put(entry.getKey(), entry.getValue().asString("")));
        } catch (JacksonException _) {
            // QEMU would not have started with it
            return Map.of();
        }
        return properties;
    }

    /** A comma is written twice in a value. */
    private static Map<String, String> pairs(String option) {
        var properties = new LinkedHashMap<String, String>();
        for (var part : option.replace(",,", "\0").split(",", -1)) {
            var pair = part.replace("\0", ",").split("=", 2);
            if (pair.length == 2) {
                properties.put(pair[0], pair[1]);
            } else {
                properties.putIfAbsent(TYPE, pair[0]);
            }
        }
        return properties;
    }

    /** The one of this id. */
    public Optional<Map<String, String>> id(String id) {
        return all.stream().filter(object -> id.equals(object.get("id"))).findFirst();
    }

    /** Those of this type. */
    List<Map<String, String>> ofType(String type) {
        return all.stream().filter(object -> type.equals(object.get(TYPE))).toList();
    }
}
