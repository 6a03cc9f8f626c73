package io.reseal.daemon.api;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Takes a member as its JSON text, to be read later. Safe for any thread. */
final class JsonText extends ValueDeserializer<String> {
    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
        return Json.text(context.readTree(parser));
    }
}
