package io.reseal.config;

import java.util.List;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** One value of the file with the place where it begins. */
public sealed interface Node {
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
        NOTHING;

        private static final ScalarResolver CORE = new CoreScalarResolver(false);

        /** The type of {@code text} when it is written without quotes. */
        public static Type unquoted(String text) {
            var tag = CORE.resolve(text, true);
            if (tag.equals(Tag.NULL)) {
                return NOTHING;
            }
            if (tag.equals(Tag.BOOL)) {
                return BOOLEAN;
            }
            if (tag.equals(Tag.INT)) {
                return WHOLE_NUMBER;
            }
            return tag.equals(Tag.FLOAT) ? NUMBER : TEXT;
        }
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
