package io.reseal.policy.codec;

import io.reseal.policy.Spelled;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one object of a tree. Members that nobody asks for are ignored: a later version may have written them. */
final class TreeReader {
    private final Map<?, ?> members;
    private final String path;

    private TreeReader(Map<?, ?> members, String path) {
        this.members = members;
        this.path = path;
    }

    /** @param path what the tree is, for messages */
    static TreeReader of(Map<String, ?> tree, String path) {
        return new TreeReader(tree, path);
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private Optional<Object> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    private CodecException missing(String name) {
        return new CodecException(at(name), "is missing");
    }

    private CodecException unlike(String name, String expected, @Nullable Object found) {
        return new CodecException(at(name), "expected %s, found %s".formatted(expected, kind(found)));
    }

    private static String kind(@Nullable Object found) {
        return switch (found) {
            case null -> "null";
            case String text -> "the text \"" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "\"";
            case Boolean flag -> flag.toString();
            case Number number -> number.toString();
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "an object";
            default -> "something else";
        };
    }

    /** @throws CodecException that says so at this place */
    CodecException fault(String name, String what) {
        return new CodecException(at(name), what);
    }

    boolean has(String name) {
        return member(name).isPresent();
    }

    Optional<String> maybeText(String name) {
        return member(name).map(found -> {
            if (found instanceof String text) {
                return text;
            }
            throw unlike(name, "a text", found);
        });
    }

    String text(String name) {
        return maybeText(name).orElseThrow(() -> missing(name));
    }

    OptionalLong maybeNumber(String name) {
        return member(name).map(found -> OptionalLong.of(number(name, found))).orElse(OptionalLong.empty());
    }

    private long number(String name, Object found) {
        if (found instanceof Long || found instanceof Integer || found instanceof Short || found instanceof Byte) {
            return ((Number) found).longValue();
        }
        throw unlike(name, "a whole number", found);
    }

    long number(String name) {
        return maybeNumber(name).orElseThrow(() -> missing(name));
    }

    int smallNumber(String name) {
        long number = number(name);
        if (number != (int) number) {
            throw fault(name, "the number %d is too large".formatted(number));
        }
        return (int) number;
    }

    boolean flag(String name) {
        return member(name)
                .map(found -> {
                    if (found instanceof Boolean flag) {
                        return flag;
                    }
                    throw unlike(name, "true or false", found);
                })
                .orElseThrow(() -> missing(name));
    }

    Optional<Instant> maybeInstant(String name) {
        return maybeText(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw fault(name, "expected a time such as 2026-11-22T12:00:00Z, found \"%s\"".formatted(text));
            }
        });
    }

    Instant instant(String name) {
        return maybeInstant(name).orElseThrow(() -> missing(name));
    }

    Duration duration(String name) {
        var text = text(name);
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw fault(name, "expected a duration such as PT1M30S, found \"%s\"".formatted(text));
        }
    }

    <W extends Enum<W> & Spelled> Optional<W> maybeWord(String name, Class<W> words) {
        return maybeText(name).map(text -> word(name, words, text));
    }

    <W extends Enum<W> & Spelled> W word(String name, Class<W> words) {
        return word(name, words, text(name));
    }

    private <W extends Enum<W> & Spelled> W word(String name, Class<W> words, String text) {
        return Spelled.find(words, text)
                .orElseThrow(() ->
                        fault(name, "\"%s\" is none of %s".formatted(text, String.join(", ", Spelled.texts(words)))));
    }

    /** Empty when there are none. */
    <W extends Enum<W> & Spelled> List<W> words(String name, Class<W> words) {
        return texts(name).stream().map(text -> word(name, words, text)).toList();
    }

    /** Empty when there are none. */
    List<String> texts(String name) {
        var texts = new ArrayList<String>();
        for (var found : elements(name)) {
            if (!(found instanceof String text)) {
                throw unlike(name, "texts", found);
            }
            texts.add(text);
        }
        return texts;
    }

    /** Empty when there are none. */
    <T> List<T> list(String name, Function<TreeReader, T> each) {
        var read = new ArrayList<T>();
        for (var found : elements(name)) {
            read.add(each.apply(object("%s[%d]".formatted(name, read.size()), found)));
        }
        return read;
    }

    private List<?> elements(String name) {
        var found = member(name);
        if (found.isEmpty()) {
            return List.of();
        }
        if (found.get() instanceof List<?> list) {
            return list;
        }
        throw unlike(name, "a list", found.get());
    }

    <T> Optional<T> maybeTree(String name, Function<TreeReader, T> each) {
        return member(name).map(found -> each.apply(object(name, found)));
    }

    <T> T tree(String name, Function<TreeReader, T> each) {
        return maybeTree(name, each).orElseThrow(() -> missing(name));
    }

    private TreeReader object(String name, @Nullable Object found) {
        if (found instanceof Map<?, ?> tree) {
            return new TreeReader(tree, at(name));
        }
        throw unlike(name, "an object", found);
    }

    /** The members of an object by their names, as texts; empty when there is none. */
    Map<String, String> textMap(String name) {
        return map(name, TreeReader::text);
    }

    /** The members of an object by their names, as whole numbers; empty when there is none. */
    Map<String, Long> numberMap(String name) {
        return map(name, TreeReader::number);
    }

    /** The same, one level deeper. */
    Map<String, Map<String, Long>> numberMaps(String name) {
        return map(name, TreeReader::numberMap);
    }

    private <T> Map<String, T> map(String name, BiFunction<TreeReader, String, T> each) {
        var values = new LinkedHashMap<String, T>();
        maybeTree(name, tree -> tree).ifPresent(tree -> {
            for (var key : tree.members.keySet()) {
                values.put(String.valueOf(key), each.apply(tree, String.valueOf(key)));
            }
        });
        return values;
    }
}
