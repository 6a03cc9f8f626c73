package io.reseal.daemon.http.routes;

import io.reseal.config.Suggestion;
import io.reseal.daemon.http.message.Problem;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.hazard.HazardId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads the body of a request for a reset, and says at which line and column it is wrong. For one thread and one body. */
final class ResetBodyReader {
    private static final List<String> MEMBERS = List.of("prove", "within", "reason", "force", "dryRun", "key");
    private static final int MAX_TEXT = 1000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser parser;
    private Optional<Level> prove = Optional.empty();
    private Optional<Duration> within = Optional.empty();
    private String reason = "";
    private Set<HazardId> force = EnumSet.noneOf(HazardId.class);
    private boolean dryRun;
    private Optional<String> key = Optional.empty();

    private ResetBodyReader(JsonParser parser) {
        this.parser = parser;
    }

    static Body read(String body) {
        if (body.isEmpty()) {
            return Body.NOTHING_SAID;
        }
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            return new ResetBodyReader(parser).object();
        } catch (JacksonException notJson) {
            throw bad(notJson.getLocation(), "not JSON: " + firstLine(notJson.getOriginalMessage()));
        }
    }

    private Body object() {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong("the body", "an object such as {\"prove\": \"rebuilt\"}");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            member(parser.currentName());
        }
        if (parser.nextToken() != null) {
            throw bad(parser.currentTokenLocation(), "expected the end of the body after its one object");
        }
        return new Body(prove, within, reason, force, dryRun, key);
    }

    private void member(String name) {
        var nameAt = parser.currentTokenLocation();
        boolean given = parser.nextToken() != JsonToken.VALUE_NULL;
        switch (name) {
            case "prove" -> prove = given ? Optional.of(word(Level.class, name)) : prove;
            case "within" -> within = given ? Optional.of(duration(name)) : within;
            case "reason" -> reason = given ? string(name) : reason;
            case "force" -> force = given ? hazards() : force;
            case "dryRun" -> dryRun = given && flag(name);
            case "key" -> key = given ? Optional.of(string(name)) : key;
            default ->
                throw bad(
                        nameAt,
                        "unknown member `" + name + "`, known are " + String.join(", ", MEMBERS)
                                + Suggestion.hint(name, MEMBERS));
        }
    }

    private Set<HazardId> hazards() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("force", "an array of hazard ids");
        }
        var hazards = EnumSet.noneOf(HazardId.class);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            hazards.add(word(HazardId.class, "force"));
        }
        return hazards;
    }

    private <W extends Enum<W> & Spelled> W word(Class<W> words, String name) {
        var text = string(name);
        var known = Spelled.texts(words);
        return Spelled.find(words, text)
                .orElseThrow(() -> wrong(
                        name, "one of " + String.join(", ", known), "`" + text + "`" + Suggestion.hint(text, known)));
    }

    private Duration duration(String name) {
        var text = string(name);
        return Durations.parse(text)
                .filter(Duration::isPositive)
                .orElseThrow(() -> wrong(name, Durations.EXPECTED + ", longer than zero", "`" + text + "`"));
    }

    private String string(String name) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(name, "a string");
        }
        var text = parser.getString();
        if (text.length() > MAX_TEXT) {
            throw wrong(name, "at most " + MAX_TEXT + " characters long", text.length() + " long");
        }
        return text;
    }

    private boolean flag(String name) {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> throw wrong(name, "true or false");
        };
    }

    private Problem.ProblemException wrong(String what, String expected) {
        return wrong(what, expected, describe(parser.currentToken()));
    }

    private Problem.ProblemException wrong(String what, String expected, String came) {
        return bad(parser.currentTokenLocation(), "`" + what + "` must be " + expected + ", but is " + came);
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case null, default -> "null or missing";
        };
    }

    private static Problem.ProblemException bad(TokenStreamLocation at, String complaint) {
        var place = at == null ? "body" : "body " + at.getLineNr() + ":" + at.getColumnNr();
        return new Problem.ProblemException(
                Problem.badRequest("bad-body", "The body is not what is expected", place + ": " + complaint));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    /**
     * What the body says.
     *
     * @param key the idempotency key, where the body and not the header has it
     */
    record Body(
            Optional<Level> prove,
            Optional<Duration> within,
            String reason,
            Set<HazardId> force,
            boolean dryRun,
            Optional<String> key) {
        private static final Body NOTHING_SAID = new Body(
                Optional.empty(), Optional.empty(), "", EnumSet.noneOf(HazardId.class), false, Optional.empty());
    }
}
