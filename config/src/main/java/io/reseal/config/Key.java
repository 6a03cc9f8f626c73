package io.reseal.config;

import io.reseal.config.ValueFormat.Parsed;

/** One key of the file. */
public sealed interface Key {
    /** With {@code []} where a list lies on the way: {@code policy.rules[].match.kind}. */
    String path();

    /** What it does, for the documentation and for editors. */
    String meaning();

    /** The last word of the path. */
    default String name() {
        return path().substring(path().lastIndexOf('.') + 1);
    }

    /** The path of what it stands in; empty at the root. */
    default String parent() {
        return path().substring(0, Math.max(0, path().lastIndexOf('.')));
    }

    /** {@code name} inside {@code parent}. */
    static String join(String parent, String name) {
        return parent.isEmpty() ? name : parent + "." + name;
    }

    /** Whether, and how, a value may be absent. */
    enum Presence {
        REQUIRED,
        OPTIONAL,
        DEFAULTED
    }

    /**
     * A key with one value.
     *
     * @param fallback what stands for an absent key, as it would be written; empty unless there is a default
     */
    record Value<T>(String path, ValueFormat<T> format, Presence presence, String fallback, String meaning)
            implements Key {
        public T otherwise() {
            var written = new Node.Scalar(SourcePosition.WHOLE_FILE, Node.Type.unquoted(fallback), fallback);
            return switch (format.check(written)) {
                case Parsed.Good<T>(T value) -> value;
                case Parsed.Bad<T>(String complaint) -> throw new IllegalStateException(path + " " + complaint);
            };
        }
    }

    /** A key with a list of values; absent means none. */
    record ListKey<T>(String path, ValueFormat<T> format, String meaning) implements Key {}

    /**
     * A key that holds keys.
     *
     * @param repeated whether it is a list of such mappings
     */
    record SectionKey(String path, boolean repeated, Presence presence, String meaning) implements Key {
        /** The parent of the keys inside. */
        String inside() {
            return repeated ? path + "[]" : path;
        }

        /** A section at the top of the file may be left empty: its keys may all be commented out. */
        public boolean mayBeEmpty() {
            return parent().isEmpty();
        }
    }

    /** A value that must be there. */
    static <T> Value<T> required(String path, ValueFormat<T> format, String meaning) {
        return new Value<>(path, format, Presence.REQUIRED, "", meaning);
    }

    /** A value that may be left out and has no default. */
    static <T> Value<T> optional(String path, ValueFormat<T> format, String meaning) {
        return new Value<>(path, format, Presence.OPTIONAL, "", meaning);
    }
}
