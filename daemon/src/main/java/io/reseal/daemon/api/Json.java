package io.reseal.daemon.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reseal.policy.CleanText;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.Version;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON as this daemon speaks it: members in the order of the record, on one line. Safe for any thread. */
public final class Json {
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** For documents and trees. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(new Members())
            .addModule(new SimpleModule("reseal", Version.unknownVersion()).addSerializer(Instant.class, new Time()))
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    /** A text is not the document that it was taken for; the message names the member that is missing or wrong. */
    public static final class UnreadableException extends RuntimeException {
        private UnreadableException(String message) {
            super(message, null, false, false);
        }
    }

    /** On one line; characters that are not for reading are escapes. */
    public static String text(Object document) {
        return CleanText.json(MAPPER.writeValueAsString(document));
    }

    /**
     * Reads a document; members that it does not have are passed over, as they are of a newer daemon.
     *
     * @throws UnreadableException if it is not such a document
     */
    public static <T> T read(String text, Class<T> document) {
        try {
            return MAPPER.readValue(text, document);
        } catch (DatabindException other) {
            var member = other.getPath().stream().map(Json::step).collect(Collectors.joining());
            throw new UnreadableException(
                    member.isEmpty()
                            ? "it is not an object"
                            : "member `" + member.replaceFirst("^\\.", "") + "` is missing or is something else");
        } catch (JacksonException broken) {
            throw new UnreadableException("it is not JSON");
        }
    }

    private static String step(Reference reference) {
        return reference.getPropertyName() == null
                ? "[" + reference.getIndex() + "]"
                : "." + reference.getPropertyName();
    }

    /** An empty object. */
    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /** Such as {@code {"guests": [...]}}. */
    public static <T> ObjectNode list(String name, Collection<T> items, Function<T, ? extends JsonNode> item) {
        var json = object();
        json.set(name, array(items, item));
        return json;
    }

    private static <T> ArrayNode array(Collection<T> items, Function<T, ? extends JsonNode> item) {
        var array = NODES.arrayNode();
        items.forEach(each -> array.add(item.apply(each)));
        return array;
    }

    /** ISO-8601 in UTC, to the microsecond, as QEMU's own event times are. */
    public static String time(Instant at) {
        return MICROSECONDS.format(at);
    }

    /** In seconds, to the microsecond. */
    public static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos() / 1000, 6);
    }

    /** A member has to be there, unless it says when it is left out. */
    private static final class Members extends JacksonAnnotationIntrospector {
        @Override
        public Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            return !member.hasAnnotation(JsonInclude.class);
        }
    }

    private static final class Time extends ValueSerializer<Instant> {
        @Override
        public void serialize(Instant at, JsonGenerator json, SerializationContext context) {
            json.writeString(time(at));
        }
    }
}
