package io.reseal.igvm;

import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Unit vectors of the measurements (vectors.json), by independent implementations. */
public final class Vectors {
    private static final JsonNode ALL = new JsonMapper().readTree(Samples.bytes("vectors.json"));

    private Vectors() {}

    public static JsonNode of(String name) {
        return ALL.path(name);
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
