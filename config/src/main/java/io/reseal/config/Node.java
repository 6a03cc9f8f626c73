package io.reseal.config;

import java.util.List;

/** One value of the file with the place where it begins. */
sealed interface Node {
    SourcePosition at();

    /** What it is, for messages: {@code but is ...}. */
    String found();

    /** A single value; {@code text} is what it says after quotes and escapes are gone. */
    record Scalar(SourcePosition at, Type type, String text) implements Node {
        @Override
        public String found() {
            return switch (type) {
                case TEXT -> Quoted.text(text);
                case WHOLE_NUMBER, NUMBER -> "the number " + Quoted.plain(text);
                case BOOLEAN -> "the boolean " + Quoted.plain(text);
                case NOTHING -> "empty";
            };
        }
    }

    /** What YAML 1.2's core schema makes of a scalar. */
    enum Type {
        TEXT,
        WHOLE_NUMBER,
        NUMBER,
        BOOLEAN,
        NOTHING
    }

    /** A list. */
    record Items(SourcePosition at, List<Node> items) implements Node {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String found() {
            return "a list";
        }
    }

    /** A mapping, in the order of the file, duplicates included. */
    record Mapping(SourcePosition at, List<Entry> entries) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Override
        public String found() {
            return "a mapping";
        }
    }

    /** One key of a mapping; {@code at} is the key's own place. */
    record Entry(SourcePosition at, String key, Node value) {}

    /** Stands for something whose fault is already reported; nothing more is said about it. */
    record Refused(SourcePosition at) implements Node {
        @Override
        public String found() {
            return "refused";
        }
    }
}
