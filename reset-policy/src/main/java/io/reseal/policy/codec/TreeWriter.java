package io.reseal.policy.codec;

import io.reseal.policy.Spelled;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes one object of a tree, member by member, in the order of the calls. What is not known is left out. */
final class TreeWriter {
    private final Map<String, Object> members = new LinkedHashMap<>();

    /** The object. */
    Map<String, Object> done() {
        return members;
    }

    TreeWriter text(String name, String value) {
        members.put(name, value);
        return this;
    }

    TreeWriter text(String name, Optional<String> value) {
        value.ifPresent(known -> text(name, known));
        return this;
    }

    TreeWriter number(String name, long value) {
        members.put(name, value);
        return this;
    }

    TreeWriter number(String name, OptionalLong value) {
        value.ifPresent(known -> number(name, known));
        return this;
    }

    TreeWriter flag(String name, boolean value) {
        members.put(name, value);
        return this;
    }

    /** ISO-8601 in UTC, to the nanosecond. */
    TreeWriter instant(String name, Instant value) {
        return text(name, value.toString());
    }

    TreeWriter instant(String name, Optional<Instant> value) {
        return text(name, value.map(Instant::toString));
    }

    /** ISO-8601, such as {@code PT1M30S}. */
    TreeWriter duration(String name, Duration value) {
        return text(name, value.toString());
    }

    TreeWriter word(String name, Spelled value) {
        return text(name, value.text());
    }

    TreeWriter word(String name, Optional<? extends Spelled> value) {
        return text(name, value.map(Spelled::text));
    }

    /** Sorted, as sets have no order of their own. */
    TreeWriter words(String name, Set<? extends Spelled> values) {
        return list(name, values.stream().map(Spelled::text).sorted().toList(), text -> text);
    }

    TreeWriter texts(String name, Set<String> values) {
        return list(name, values.stream().sorted().toList(), text -> text);
    }

    <T> TreeWriter list(String name, Collection<T> values, Function<T, Object> each) {
        List<Object> list = values.stream().map(each).toList();
        members.put(name, list);
        return this;
    }

    TreeWriter tree(String name, Map<String, Object> value) {
        members.put(name, value);
        return this;
    }

    <T> TreeWriter tree(String name, Optional<T> value, Function<T, Map<String, Object>> each) {
        value.ifPresent(known -> tree(name, each.apply(known)));
        return this;
    }

    /** By the order of its keys. */
    TreeWriter map(String name, Map<String, ?> values) {
        return tree(name, new LinkedHashMap<>(new TreeMap<String, Object>(values)));
    }
}
