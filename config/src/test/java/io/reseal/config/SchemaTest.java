package io.reseal.config;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.reseal.config.yaml.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaTest {
    private static final String TEXT = resource();
    private static final JsonNode ROOT = JsonMapper.shared().readTree(TEXT);
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ROOT);
    private static final Map<String, JsonNode> KEYS = keys();

    @Test
    void the_JSON_Schema_has_the_keys_of_the_reader_with_the_same_meaning() {
        assertThat(byKey(key -> at(key.path()).path("description").asString())).isEqualTo(byKey(Key::meaning));
        assertThat(KEYS.keySet())
                .isEqualTo(ConfigSchema.ALL.stream().map(Key::path).collect(toSet()));
    }

    @Test
    void the_JSON_Schema_has_the_defaults_of_the_reader() {
        assertThat(byKey(key -> text(at(key.path()).path("default")))).isEqualTo(byKey(key -> switch (key) {
            case Key.Value<?> value -> value.fallback();
            case Key.ListKey<?> _ -> "[]";
            case Key.SectionKey _ -> "";
        }));
    }

    @Test
    void the_JSON_Schema_has_the_words_of_the_reader() {
        assertThat(byKey(key -> words(at(key.path())))).isEqualTo(byKey(key -> switch (key) {
            case Key.Value<?> value
            when value.format().type().matches("`.*`") -> value.format().type();
            default -> "";
        }));
    }

    @Test
    void the_JSON_Schema_requires_what_the_reader_requires_and_allows_nothing_else() {
        for (var group : groups()) {
            var object = inside(group);
            assertThat(object.path("additionalProperties").asBoolean(true))
                    .as(group.path())
                    .isFalse();
            assertThat(object.path("required")
                            .valueStream()
                            .map(JsonNode::asString)
                            .toList())
                    .as(group.path())
                    .isEqualTo(ConfigSchema.in(group).stream()
                            .filter(SchemaTest::required)
                            .map(Key::name)
                            .toList());
            assertThat(text(KEYS.getOrDefault(group.path(), ROOT).path("type")).contains("null"))
                    .as(group.path())
                    .isEqualTo(group.equals(ConfigSchema.ROOT) || group.mayBeEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal.yaml", "production.yaml", "many-guests.yaml"})
    void the_JSON_Schema_accepts_the_examples(String example) throws IOException {
        assertThat(complaints(Files.readString(Path.of("examples", example)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log:\n",
                "guests: []",
                "policy: {settle: 0s, within: 1h30m}",
                "http: {listen: \"[::1]:0\"}",
                "http: {listen: off}",
                "http: {hosts: [node-1.example, 10.0.0.1, '::1'], limits: {streams: 5}}",
                "journal: {directory: /x}",
                "policy: {rules: [{match: {kind: tdx}}]}",
                "policy: {rules: [{match: {name: 'a*'}, prove: attested, within: 5m}]}",
                "policy: {launch: {allow: ['0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB0aB']}, rules: [{match: {kind: tdx}, launch: {allow: []}}]}",
                "policy: {set-action: true, rules: [{match: {kind: tdx}, set-action: false, stateful: true}]}",
                "host: {misc: /sys/fs/cgroup/misc}",
                "limits: {concurrent-resets: 1}",
                "limits: {guests: 100000}",
                "discovery: {owners: [qemu, '64055', _x.y]}",
                "guests: [{name: yes, qmp: /a}]"
            })
    void the_JSON_Schema_accepts_what_the_reader_accepts(String yaml) {
        assertThat(Texts.faults(yaml)).isEmpty();
        assertThat(complaints(yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "foo: 1",
                "discovery: {socket: []}",
                "discovery: {sockets: /a}",
                "discovery: {sockets: [a]}",
                "discovery: {sockets: [/a/**/b]}",
                "discovery: {sockets: [/a/../b]}",
                "discovery: {sockets: [/a/]}",
                "discovery: {rescan: 30}",
                "discovery: {rescan: 0s}",
                "guests: {}",
                "guests: [{name: a}]",
                "guests: [{name: -a, qmp: /a}]",
                "guests: [{name: a, qmp: a}]",
                "guests: [{name: a, qmp: /a, x: 1}]",
                "guests: [~]",
                "policy: {prove: dead}",
                "http: {hosts: ['node-1.example:9568']}",
                "http: {hosts: ['[::1]']}",
                "http: {limits: {streams: 0}}",
                "policy: {within: 0m}",
                "policy: {within: 1d}",
                "policy: {within: -5s}",
                "policy: {settle: ''}",
                "policy: {set-action: 'true'}",
                "policy: {set-action: 1}",
                "policy: {stateful: true}",
                "policy: {launch: {allow: [abc]}}",
                "policy: {launch: {allow: ['file:digests']}}",
                "policy: {launch: {deny: []}}",
                "policy: {rules: [{match: {kind: tdx}, stateful: yes}]}",
                "host: {misc: cgroup}",
                "policy: {rules: }",
                "policy: {rules: [{match: {}}]}",
                "policy: {rules: [{prove: running}]}",
                "policy: {rules: [{match: {kind: snp}}]}",
                "policy: {rules: [{match: {name: '[a]'}}]}",
                "policy: {rules: [{match: {kind: tdx}, foo: 1}]}",
                "limits: {concurrent-resets: 0}",
                "limits: {guests: 100001}",
                "discovery: {owners: ['-x']}",
                "discovery: {owners: [64055]}",
                "limits: {concurrent-resets: two}",
                "limits: {concurrent-resets: 1.5}",
                "limits: {concurrent-resets: 10001}",
                "qmp: {heartbeat: }",
                "http: {listen: 9568}",
                "http: {listen: 'a:b'}",
                "http: {admin-socket: a}",
                "http: {admin-group: 5}",
                "log: {format: xml}",
                "log: {level: INFO}",
                "journal: {directory: x}",
                "journal: {keep: 1d}"
            })
    void the_JSON_Schema_rejects_what_the_reader_rejects(String yaml) {
        assertThat(Texts.faults(yaml)).isNotEmpty();
        assertThat(complaints(yaml)).isNotEmpty();
    }

    @Test
    void the_JSON_Schema_limits_paths_of_sockets_as_the_reader_does() {
        for (var path : List.of("guests[].qmp", "http.admin-socket")) {
            assertThat(at(path).path("maxLength").asInt()).isEqualTo(PathFormats.SOCKET_PATH_BYTES);
        }
    }

    private static List<String> complaints(String yaml) {
        return SCHEMA.validate(yaml, InputFormat.YAML).stream()
                .map(Object::toString)
                .toList();
    }

    private static Map<String, String> byKey(Function<Key, String> view) {
        return ConfigSchema.ALL.stream().collect(toMap(Key::path, view));
    }

    private static boolean required(Key key) {
        return switch (key) {
            case Key.Value<?> value -> value.presence() == Key.Presence.REQUIRED;
            case Key.SectionKey group -> group.presence() == Key.Presence.REQUIRED;
            case Key.ListKey<?> _ -> false;
        };
    }

    private static Set<Key.SectionKey> groups() {
        var groups = ConfigSchema.ALL.stream()
                .filter(Key.SectionKey.class::isInstance)
                .map(Key.SectionKey.class::cast)
                .collect(toSet());
        groups.add(ConfigSchema.ROOT);
        return groups;
    }

    private static JsonNode inside(Key.SectionKey group) {
        var node = KEYS.getOrDefault(group.path(), ROOT);
        return group.repeated() ? node.path("items") : node;
    }

    private static JsonNode at(String path) {
        return KEYS.getOrDefault(path, ROOT.path("absent"));
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.asString() : node.isMissingNode() ? "" : node.toString();
    }

    private static String words(JsonNode key) {
        var words = key.path("enum").valueStream().map(JsonNode::asString).toList();
        return words.isEmpty() ? "" : "`" + String.join("`, `", words) + "`";
    }

    private static Map<String, JsonNode> keys() {
        var keys = new TreeMap<String, JsonNode>();
        collect("", ROOT, keys);
        return keys;
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> keys) {
        node.path("properties").propertyStream().forEach(property -> {
            var key = Key.join(path, property.getKey());
            keys.put(key, property.getValue());
            collect(key, property.getValue(), keys);
            collect(key + "[]", property.getValue().path("items"), keys);
        });
    }

    private static String resource() {
        try (var in = ResealConfig.class.getResourceAsStream("reseal.schema.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
