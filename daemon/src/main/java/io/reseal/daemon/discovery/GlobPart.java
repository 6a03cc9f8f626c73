package io.reseal.daemon.discovery;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One component of a glob: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]} and {@code {a,b}}, where {@code \} takes away
 * the meaning of the next character. It works on text; the JDK's own globs decode names by the locale.
 *
 * @param glob as it was written
 * @param regex that stands for it
 * @param before literal text in front of the first wildcard
 * @param after literal text behind the last one
 * @param wild whether there is a wildcard
 */
record GlobPart(String glob, Pattern regex, String before, String after, boolean wild) {
    static GlobPart of(String glob) {
        return new Reader(glob).read();
    }

    boolean matches(String name) {
        return regex.matcher(name).matches();
    }

    /** What the wildcards of {@code name} stand for, from the first to the last; all of it where that is nothing. */
    String stand(String name) {
        int end = name.length() - after.length();
        return end > before.length() ? name.substring(before.length(), end) : name;
    }

    /** Every name that matches and whose wildcards stand for {@code part}. */
    List<String> names(String part) {
        return Stream.of(before + part + after, part)
                .distinct()
                .filter(name -> matches(name) && stand(name).equals(part))
                .toList();
    }

    /** The only name that matches; empty where there is a wildcard. */
    Optional<String> literal() {
        return wild ? Optional.empty() : Optional.of(before);
    }

    /** Reads a glob that the configuration has checked. */
    private static final class Reader {
        private final String glob;
        private final StringBuilder regex = new StringBuilder();
        private final StringBuilder before = new StringBuilder();
        private StringBuilder after = new StringBuilder();
        private boolean wild;
        private int depth;
        private int at;

        Reader(String glob) {
            this.glob = glob;
        }

        GlobPart read() {
            while (at < glob.length()) {
                char c = glob.charAt(at++);
                switch (c) {
                    case '*' -> wildcard(".*");
                    case '?' -> wildcard(".");
                    case '[' -> wildcard(characters());
                    case '{' -> open();
                    case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : c);
                    default -> inGroup(c);
                }
            }
            return new GlobPart(
                    glob,
                    Pattern.compile(regex.toString(), Pattern.DOTALL),
                    before.toString(),
                    wild ? after.toString() : "",
                    wild);
        }

        private void open() {
            depth++;
            wildcard("(?:");
        }

        private void inGroup(char c) {
            if (depth > 0 && c == ',') {
                wildcard("|");
            } else if (depth > 0 && c == '}') {
                depth--;
                wildcard(")");
            } else {
                literal(c);
            }
        }

        private void wildcard(String meaning) {
            regex.append(meaning);
            wild = true;
            after = new StringBuilder();
        }

        private void literal(char c) {
            regex.append(Pattern.quote(String.valueOf(c)));
            (wild ? after : before).append(c);
        }

        /** From behind {@code [} to behind {@code ]}. */
        private String characters() {
            var set = new StringBuilder("[");
            if (at < glob.length() && glob.charAt(at) == '!') {
                set.append('^');
                at++;
            }
            while (at < glob.length() && glob.charAt(at) != ']') {
                char c = glob.charAt(at++);
                boolean range = c == '-' && set.charAt(set.length() - 1) != '[' && set.charAt(set.length() - 1) != '^';
                set.append(range || Character.isLetterOrDigit(c) ? "" : "\\").append(c);
            }
            at++;
            return set.append(']').toString();
        }
    }
}
