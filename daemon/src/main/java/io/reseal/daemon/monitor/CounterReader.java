package io.reseal.daemon.monitor;

import io.reseal.policy.VcpuCounters;
import io.reseal.qmp.ReplyReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Picks the vCPU counters out of the bytes of a reply to {@code query-stats}: each guest is asked every few seconds. What is not as QEMU 11.1 sends it is left to
 * {@link QemuReplies}, which reads a tree.
 */
final class CounterReader implements ReplyReader {
    private static final List<String> NAMES =
            Stream.concat(Stream.of("exits"), VcpuCounters.OTHERS.stream()).toList();

    private static final int NOT_COMPARED = -1;

    @Override
    public @Nullable VcpuCounters read(JsonParser json) {
        var reading = new Reading(json);
        return reading.vcpus() ? reading.counters() : null;
    }

    private static final class Reading {
        private final JsonParser json;
        private final Map<String, Long> exits = new HashMap<>();
        private final Map<String, Map<String, Long>> others = new HashMap<>();
        /** Of the present vCPU, in the order of the names. */
        private final long[] values = new long[NAMES.size()];

        private int seen;

        Reading(JsonParser json) {
            this.json = json;
        }

        VcpuCounters counters() {
            return new VcpuCounters(exits, others, Optional.empty(), OptionalLong.empty());
        }

        /** False, as below, where something is unusual. */
        boolean vcpus() {
            boolean usual = json.currentToken() == JsonToken.START_ARRAY;
            while (usual && json.nextToken() != JsonToken.END_ARRAY) {
                usual = json.currentToken() == JsonToken.START_OBJECT && vcpu();
            }
            return usual;
        }

        private boolean vcpu() {
            seen = 0;
            @Nullable String path = null;
            boolean ofKvm = false;
            boolean usual = true;
            while (usual && json.nextToken() == JsonToken.PROPERTY_NAME) {
                var member = json.currentName();
                var token = json.nextToken();
                switch (member) {
                    case "qom-path" -> {
                        usual = path == null && token == JsonToken.VALUE_STRING;
                        path = usual ? QemuText.compared(json.getString()) : path;
                    }
                    case "provider" ->
                        ofKvm = token == JsonToken.VALUE_STRING
                                && json.getString().equals(QemuReplies.KVM);
                    case "stats" -> usual = token == JsonToken.START_ARRAY && seen == 0 && stats();
                    default -> json.skipChildren();
                }
            }
            return usual && ofKvm && path != null && json.currentToken() == JsonToken.END_OBJECT && keep(path);
        }

        private boolean stats() {
            boolean usual = true;
            while (usual && json.nextToken() != JsonToken.END_ARRAY) {
                usual = json.currentToken() == JsonToken.START_OBJECT && stat();
            }
            return usual;
        }

        /** The name comes before the value. */
        private boolean stat() {
            boolean usual = json.nextToken() == JsonToken.PROPERTY_NAME
                    && json.currentName().equals("name")
                    && json.nextToken() == JsonToken.VALUE_STRING;
            int name = usual ? name() : NOT_COMPARED;
            usual = usual
                    && json.nextToken() == JsonToken.PROPERTY_NAME
                    && json.currentName().equals("value");
            if (usual) {
                json.nextToken();
                if (name == NOT_COMPARED) {
                    json.skipChildren(); // a histogram is a list
                } else {
                    usual = value(name);
                }
            }
            return usual && json.nextToken() == JsonToken.END_OBJECT;
        }

        private boolean value(int name) {
            boolean usual = (seen & 1 << name) == 0
                    && json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (usual) {
                values[name] = json.getLongValue();
                seen |= 1 << name;
            }
            return usual;
        }

        private int name() {
            var text = json.getStringCharacters();
            int from = json.getStringOffset();
            int length = json.getStringLength();
            for (int i = 0; i < NAMES.size(); i++) {
                if (isThere(NAMES.get(i), text, from, length)) {
                    return i;
                }
            }
            return NOT_COMPARED;
        }

        private static boolean isThere(String name, char[] text, int from, int length) {
            boolean same = name.length() == length;
            for (int i = 0; same && i < length; i++) {
                same = name.charAt(i) == text[from + i];
            }
            return same;
        }

        private boolean keep(String path) {
            if (exits.containsKey(path) || others.containsKey(path)) {
                return false;
            }
            if ((seen & 1) != 0) {
                exits.put(path, values[0]);
            }
            if (seen > 1) {
                var rest = HashMap.<String, Long>newHashMap(NAMES.size());
                for (int i = 1; i < NAMES.size(); i++) {
                    if ((seen & 1 << i) != 0) {
                        rest.put(NAMES.get(i), values[i]);
                    }
                }
                others.put(path, rest);
            }
            return true;
        }
    }
}
