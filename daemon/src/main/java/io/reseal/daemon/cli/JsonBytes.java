package io.reseal.daemon.cli;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Bytes that JSON has as an array of numbers, signed or not. */
final class JsonBytes {
    private JsonBytes() {}

    static Optional<byte[]> of(JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            return Optional.empty();
        }
        var bytes = new byte[node.size()];
        for (int i = 0; i < bytes.length; i++) {
            var each = node.get(i);
            if (!each.isInt() || each.intValue() < Byte.MIN_VALUE || each.intValue() > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) each.intValue();
        }
        return Optional.of(bytes);
    }
}
